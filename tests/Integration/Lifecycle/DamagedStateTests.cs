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

    // The start time, the pid, or all of it is wrong.
    [Theory]
    [InlineData("{pid} 12345", false)]
    [InlineData("1 12345", false)]
    [InlineData("damaged", false)]
    [InlineData("{pid} 12345", true)]
    [InlineData("1 12345", true)]
    [InlineData("", true)]
    [InGuest]
    public void A_container_whose_init_record_is_damaged_is_removed_by_force(string init, bool hostPids)
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        if (hostPids) container.Bundle.Namespace("pid");
        container.Up();
        string pid = container.Pid.ToString(), path = Path.Combine(container.Runtime.Root, container.Id, "init");
        File.Delete(path);
        if (init.Length > 0) File.CreateSymbolicLink(path, init.Replace("{pid}", pid, StringComparison.Ordinal));
        else File.WriteAllText(path, "");
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        // With the host's pids the processes of a container whose init has ended are deleted in any case.
        if (!hostPids || !init.StartsWith('1'))
        {
            string error = ErrorMessage.Of(container.Delete());
            Assert.Contains(path, error, StringComparison.Ordinal);
            Assert.Contains("delete --force", error, StringComparison.Ordinal);
            Assert.DoesNotContain(") Z", File.ReadAllText($"/proc/{pid}/stat"), StringComparison.Ordinal);
        }
        container.Delete("--force").Ok();
        Assert.True(watch.Elapsed < Patience.Seconds(3), $"{watch.Elapsed}");
        Leftovers.AssertNone(container);
        Eventually.True(() => !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal), "the process has ended");
    }

    [Fact]
    public void A_container_whose_record_is_missing_is_removed_by_force()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        string pid = "/proc/" + container.Pid, path = Path.Combine(container.Runtime.Root, container.Id, "state.json"), good = File.ReadAllText(path);
        File.Delete(path);
        Assert.Contains($"poststop hooks are not run: {path} is missing", container.Delete("--force").Ok().Stderr, StringComparison.Ordinal);
        Assert.True(!File.Exists(pid + "/stat") || File.ReadAllText(pid + "/stat").Contains(") Z", StringComparison.Ordinal), "the container still runs");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, good);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    // Nothing else names the container's processes.
    [Theory]
    [InlineData("{}")]
    [InlineData(null)]
    public void Without_record_and_process_nothing_is_removed(string? record)
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        int pid = container.Pid;
        string directory = Path.Combine(container.Runtime.Root, container.Id), kept = container.Path("kept");
        Command.Run("/bin/cp", "-a", directory, kept).Ok();
        File.Delete(directory + "/state.json");
        if (record != null) File.WriteAllText(directory + "/state.json", record);
        File.Delete(directory + "/init");
        File.CreateSymbolicLink(directory + "/init", "damaged");
        string error = ErrorMessage.Of(container.Delete("--force"));
        foreach (string words in (string[])[$"cannot delete container {container.Id}: its processes are unknown: {directory}/state.json", $"{directory}/init: must be a symbolic link", $"end them, and remove {directory}"])
            Assert.Contains(words, error, StringComparison.Ordinal);
        Command.Run("/bin/sh", "-c", $"rm -r {directory} && mv {kept} {directory}").Ok();
        Assert.Equal(("running", pid), (container.Status, container.Pid));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    // A process that is frozen in a cgroup of cgroup v1 does not end on SIGKILL.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_container_that_is_frozen_in_another_cgroup_is_reported_at_once(bool isChild)
    {
        Requires.CgroupV1();
        using Container container = new();
        container.Bundle.Shell("sleep 100 & wait");
        container.Up();
        string frozen = $"/sys/fs/cgroup/freezer/elsewhere-{Guid.NewGuid():N}", inner = frozen + "/inner";
        Directory.CreateDirectory(inner);
        try
        {
            string children = $"/proc/{container.Pid}/task/{container.Pid}/children";
            Eventually.True(() => File.ReadAllText(children).Length > 0, "the program has a child");
            string pid = isChild ? File.ReadAllText(children).Trim() : container.Pid.ToString();
            File.WriteAllText(inner + "/cgroup.procs", pid);
            File.WriteAllText(frozen + "/freezer.state", "FROZEN");
            System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.Equal($"process {pid} does not end on SIGKILL: it is frozen in the cgroup {frozen}: write THAWED to {frozen}/freezer.state and repeat the command", ErrorMessage.Of(container.Delete("--force")));
            Assert.True(watch.Elapsed < Patience.Seconds(3), $"{watch.Elapsed}");
            File.WriteAllText(frozen + "/freezer.state", "THAWED");
            container.Delete("--force").Ok();
            Leftovers.AssertNone(container);
        }
        finally
        {
            File.WriteAllText(frozen + "/freezer.state", "THAWED");
            Eventually.True(() => File.ReadAllText(inner + "/cgroup.procs").Length == 0, "the cgroup is empty");
            Directory.Delete(inner);
            Directory.Delete(frozen);
        }
    }

    // Also one that the container has made below its own.
    [Fact]
    public void A_container_that_is_frozen_in_its_own_cgroup_is_removed_by_force()
    {
        Requires.CgroupV1();
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        string inner = Leftovers.Cgroups(container.Id).Single(cgroup => cgroup.StartsWith("/sys/fs/cgroup/freezer", StringComparison.Ordinal)) + "/inner";
        Directory.CreateDirectory(inner);
        File.WriteAllText(inner + "/cgroup.procs", container.Pid.ToString());
        File.WriteAllText(inner + "/freezer.state", "FROZEN");
        container.Delete("--force").Ok();
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
    public void A_record_that_is_no_file_does_not_block(string make)
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
