// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>
/// State directories whose files are damaged, of another version, or foreign: each command reports which and why.
/// </summary>
public class DamagedStateTests
{
    public DamagedStateTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Theory]
    [InlineData("", "line 1, column 1: the document is empty")]
    [InlineData("{\"version\":1,\"id\":\"", "line 1, column 20: the document ends inside a string")]
    [InlineData("\0\0\0\0", "must be an object")]
    [InlineData("[]", "must be an object, got an array")]
    [InlineData("{\"version\":\"1\",\"cgroups\":{}}", "version: must be a number from -2147483648 to 2147483647, got \"1\"; cgroups: must be an array, got an object")]
    public void A_damaged_record_is_named_and_can_be_removed_by_force(string record, string words)
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        string pid = "/proc/" + container.Pid, cgroups = File.ReadAllText($"/proc/{container.Pid}/cgroup");
        string path = Path.Combine(container.Runtime.Root, container.Id, "state.json"), good = File.ReadAllText(path);
        File.WriteAllText(path, record);
        string expected = record.Contains('\0', StringComparison.Ordinal) ? path : $"{path}: the container's record is damaged, delete --force removes what can be found without it: {words}";
        foreach (string[] command in (string[][])[["state", container.Id], ["start", container.Id], ["kill", container.Id], ["delete", container.Id]])
            Assert.StartsWith(expected, ErrorMessage.Of(container.Runtime.Run(command)), StringComparison.Ordinal);
        Result list = container.Runtime.Run("list", "-q").Ok();
        Assert.Equal("", list.Stdout);
        Assert.Contains($"load container {container.Id}: {path}", list.Stderr, StringComparison.Ordinal);

        Result deleted = container.Delete("--force").Ok();
        Assert.Contains("level=warning msg=\"cgroups are not removed and poststop hooks are not run: ", deleted.Stderr, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
        Assert.True(!Directory.Exists(pid) || File.ReadAllText(pid + "/stat").Contains(") Z", StringComparison.Ordinal), "the container still runs");
        // With the record restored, the rest can be removed as usual.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, good);
        container.Delete().Ok();
        Assert.NotEmpty(cgroups);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_record_of_another_container_is_refused()
    {
        using Container container = new();
        container.Create().Ok();
        string other = Path.Combine(container.Runtime.Root, "other");
        Directory.CreateDirectory(other);
        File.Copy(Path.Combine(container.Runtime.Root, container.Id, "state.json"), Path.Combine(other, "state.json"));
        Assert.Equal($"{other}/state.json: is the record of another container, \"{container.Id}\"", ErrorMessage.Of(container.Runtime.Run("state", "other")));
        Assert.Equal("created", container.Status);
    }

    [Fact]
    public void A_newer_record_is_read_with_what_is_known_of_it()
    {
        using Container container = new();
        container.Create().Ok();
        string path = Path.Combine(container.Runtime.Root, container.Id, "state.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"version\":1", "\"version\":9,\"later\":{\"a\":[null]}", StringComparison.Ordinal));
        Assert.Equal("created", container.Status);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("mkfifo")]
    [InlineData("mkdir")]
    [InlineData("ln -s /dev/zero")]
    public void A_record_that_is_no_file_holds_nobody_up(string make)
    {
        using Container container = new();
        container.Create().Ok();
        string path = Path.Combine(container.Runtime.Root, container.Id, "state.json");
        File.Move(path, container.Path("record"));
        Command.Run("/bin/sh", "-c", $"{make} {path}").Ok();
        container.Runtime.Run("state", container.Id).Exits(1);
        Command.Run("/bin/sh", "-c", $"rm -rf {path}").Ok();
        File.Move(container.Path("record"), path);
        container.Delete().Ok();
    }

    [Fact]
    public void A_damaged_copy_of_the_config_does_not_hold_the_deletion_up()
    {
        using Container container = new();
        container.Bundle.Config["hooks"] = new System.Text.Json.Nodes.JsonObject { ["poststop"] = FaultTests.Hook("exit 1"), ["poststart"] = FaultTests.Hook("exit 0") };
        container.Create().Ok();
        string path = Path.Combine(container.Runtime.Root, container.Id, "config.json");
        File.WriteAllText(path, "{\"hooks\"");
        Assert.StartsWith($"{path}: line 1, column 9: the document ends here", ErrorMessage.Of(container.Start()), StringComparison.Ordinal);
        Assert.Equal("created", container.Status);
        Assert.Contains($"the poststop hooks are not run: {path}: line 1, column 9", container.Delete().Ok().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }
}
