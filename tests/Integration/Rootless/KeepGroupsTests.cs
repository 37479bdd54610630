// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Runcs.Integration.Rootless;

/// <summary>crun's annotation run.oci.keep_original_groups, of <c>podman run --group-add keep-groups</c>.</summary>
[OnAnyRuntime]
public class KeepGroupsTests
{
    private const string Annotation = "run.oci.keep_original_groups";

    public KeepGroupsTests()
    {
        Requires.Root();
        if (RuntimeUnderTest.Name != "crun") Requires.Runcs();
    }

    // A file of a group that the user is in: with its own id alone mapped, only this gives access to it.
    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData(null, false)]
    public void The_program_keeps_the_callers_groups(string? value, bool kept)
    {
        const int Group = 424250;
        using Container container = new();
        OrdinaryUser user = OrdinaryUser.WithRanges(container.Path("."));
        user.Adopt(container);
        user.MapRange(container);
        container.Bundle.Put("secret", "of the group\n");
        string file = Path.Combine(container.Bundle.Rootfs, "secret");
        Command.Run("chown", $"0:{Group}", file).Ok();
        Command.Run("chmod", "0640", file).Ok();
        container.Runtime.Prefix = [.. user.Prefix.Select(word => word == "--clear-groups" ? $"--groups={Group.ToString(CultureInfo.InvariantCulture)}" : word)];
        if (value != null) container.Bundle.Config["annotations"] = new JsonObject { [Annotation] = value };
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        // Of a running container too.
        Result result = container.Exec("cat", "/secret");
        Assert.Equal(kept ? "of the group\n" : "", result.Stdout);
        Assert.Contains(kept ? $"\nGroups:\t{Group} \n" : "\nGroups:\t \n", File.ReadAllText($"/proc/{container.Pid}/status"), StringComparison.Ordinal);
        container.Delete("--force").Ok();
    }

    [Fact]
    public void Groups_of_the_config_are_then_ignored_with_a_warning()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Config["annotations"] = new JsonObject { [Annotation] = "1" };
        container.Bundle.Process["user"]!["additionalGids"] = new JsonArray(27);
        container.Bundle.Shell("grep Groups /proc/self/status");
        container.Runtime.Prefix = ["setpriv", "--groups=424251", "--"];
        Result result = container.Run().Ok();
        Assert.Equal("Groups:\t424251 \n", result.Stdout);
        Assert.Contains($"process.user.additionalGids: ignored, since the annotation {Annotation} keeps the caller's groups", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_name_it() =>
        Assert.Contains(Annotation, Command.Run(RuntimeUnderTest.Executable, "features").Stdout, StringComparison.Ordinal);
}
