// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>runtime.md, "Operations": the requirements, effects and remains of each.</summary>
[OnAnyRuntime]
public class OperationTests
{
    public OperationTests() => Requires.Root();

    [Theory]
    [Requirement("runtime/create-needs-id-and-bundle", "runtime/state-needs-id", "runtime/start-needs-id", "runtime/kill-needs-id",
        "runtime/delete-needs-id")]
    [InlineData("create")]
    [InlineData("state")]
    [InlineData("start")]
    [InlineData("kill")]
    [InlineData("delete")]
    public void Every_operation_requires_an_id(string verb)
    {
        using Container container = new();
        container.Create().Ok();
        container.Runtime.Run(new Options { WorkingDirectory = container.Bundle.Directory }, verb).Fails();
        Assert.Equal("created", container.Status);
    }

    [Fact]
    [Requirement("runtime/create-needs-id-and-bundle")]
    public void Create_needs_a_bundle()
    {
        using Container container = new();
        string empty = Directory.CreateDirectory(container.Path("empty")).FullName;
        container.Runtime.Run(new Options { WorkingDirectory = empty }, "create", container.Id).Fails();
        container.Runtime.Run("state", container.Id).Fails();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/lifecycle-resources-before-program", "runtime/create-applies")]
    public void Create_makes_everything_and_the_program_finds_it()
    {
        using Container container = new();
        container.Bundle.Mount("/made", "tmpfs", "tmpfs", "size=64k").Shell("uname -n; cat /proc/sys/kernel/shmmni; sleep 100");
        container.Bundle.Config["hostname"] = "made";
        container.Bundle.Linux["sysctl"] = new JsonObject { ["kernel.shmmni"] = "1234" };
        container.Bundle.Linux["devices"] = new JsonArray(new JsonObject { ["type"] = "c", ["path"] = "/dev/made", ["major"] = 1, ["minor"] = 3 });
        container.Create().Ok();
        string process = $"/proc/{container.Pid}";
        Assert.Contains(" /made ", File.ReadAllText($"{process}/mountinfo"), StringComparison.Ordinal);
        Assert.True(File.Exists($"{process}/root/dev/made"));
        Assert.Equal("made\n1234\n", Command.Run("nsenter", $"--uts={process}/ns/uts", $"--ipc={process}/ns/ipc", "sh", "-c", "uname -n; cat /proc/sys/kernel/shmmni").Ok().Stdout);
    }

    [Fact]
    [Requirement("runtime/delete-not-others")]
    public void Delete_leaves_what_the_container_only_used()
    {
        using Container container = new();
        string used = Directory.CreateDirectory(container.Path("used")).FullName, net = container.Path("net");
        File.WriteAllText(Path.Combine(used, "file"), "text");
        File.WriteAllText(net, "");
        Command.Run("unshare", $"--net={net}", "true").Ok();
        try
        {
            container.Bundle.Namespace("network", net).Mount("/used", "bind", used, "bind");
            container.Create().Ok();
            container.Delete("--force").Ok();
            Assert.Equal("text", File.ReadAllText(Path.Combine(used, "file")));
            Command.Run("nsenter", $"--net={net}", "true").Ok();
            Assert.True(File.Exists(Path.Combine(container.Bundle.Rootfs, "bin/busybox")));
        }
        finally
        {
            Command.Run("umount", net).Ok();
        }
    }

    [Fact]
    [Requirement("config/console-size-ignored")]
    public void A_console_size_without_a_terminal_is_ignored()
    {
        using Container container = new();
        container.Bundle.Process["consoleSize"] = new JsonObject { ["height"] = 25, ["width"] = 80 };
        container.Bundle.Shell("test -t 0 || echo none");
        Assert.Equal("none\n", container.Run().Ok().Stdout);
    }

    [Fact]
    [Requirement("config/annotations-unknown", "config/unknown-properties")]
    public void Unknown_properties_and_annotations_are_ignored()
    {
        using Container container = new();
        container.Bundle.Config["frobnicate"] = new JsonObject { ["a"] = new JsonArray(1, "b") };
        container.Bundle.Process["frobnicate"] = true;
        container.Bundle.Linux["frobnicate"] = 7;
        container.Bundle.Config["annotations"] = new JsonObject { ["org.example.frobnicate"] = "yes" };
        container.Create().Ok();
        Assert.Equal("yes", (string?)container.State()["annotations"]!["org.example.frobnicate"]);
    }

    [Theory]
    [Requirement("config/mounts-order")]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public void Mounts_are_mounted_in_their_order(string first, string second)
    {
        using Container container = new();
        foreach (string name in (string[])[first, second])
        {
            string source = Directory.CreateDirectory(container.Path(name)).FullName;
            File.WriteAllText(Path.Combine(source, "name"), name);
            container.Bundle.Mount("/mnt", "bind", source, "bind");
        }
        container.Bundle.Args("/bin/cat", "/mnt/name");
        Assert.Equal(second, container.Run().Ok().Stdout);
    }
}
