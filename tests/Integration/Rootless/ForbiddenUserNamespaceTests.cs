// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration.Rootless;

/// <summary>A setting of the whole machine, in kernels of Debian, such as the guest's.</summary>
[Collection(Alone.Name)]
public sealed class ForbiddenUserNamespaceTests : IDisposable
{
    private const string Setting = "/proc/sys/kernel/unprivileged_userns_clone";
    private const string Problem = "the host forbids new user namespaces to ordinary users (kernel.unprivileged_userns_clone is 0): as root sysctl -w kernel.unprivileged_userns_clone=1";

    private readonly string _before;

    public ForbiddenUserNamespaceTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.That(File.Exists(Setting), "needs a kernel with kernel.unprivileged_userns_clone");
        _before = File.ReadAllText(Setting);
        File.WriteAllText(Setting, "0");
    }

    public void Dispose() => File.WriteAllText(Setting, _before);

    [Fact]
    public void Check_and_create_name_the_setting()
    {
        using Container container = OrdinaryUser.Default.Adopt(new Container());
        container.Bundle.Write();
        string found = container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Exits(1).Stdout;
        Assert.Matches($@"^this host: linux\.namespaces\[\d\]\.type: {System.Text.RegularExpressions.Regex.Escape(Problem)}\n", found);
        Assert.Equal("clone3(2): operation not permitted (EPERM): " + Problem, ErrorMessage.Of(container.Create()));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Root_is_not_affected()
    {
        using Container container = new();
        ((System.Text.Json.Nodes.JsonArray)container.Bundle.Linux["namespaces"]!).Add(new System.Text.Json.Nodes.JsonObject { ["type"] = "user" });
        foreach (string map in (string[])["uidMappings", "gidMappings"])
            container.Bundle.Linux[map] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["containerID"] = 0, ["hostID"] = 0, ["size"] = 65536 });
        container.Bundle.Args("true");
        Assert.DoesNotContain("linux.namespaces", container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Stdout, StringComparison.Ordinal);
        container.Run().Ok();
    }
}
