// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Runcs.Integration;

/// <summary><c>ps</c>: engines read the numbers, people the table of the host's ps.</summary>
[OnAnyRuntime]
public class PsTests
{
    public PsTests() => Requires.Root();

    [Fact]
    [InGuest]
    public void The_pids_are_printed_as_an_array_alone()
    {
        using Container container = Up("sleep 100 & sleep 100 & wait");
        int[] pids = [];
        Eventually.True(() => (pids = Pids(container)).Length == 3, () => $"{pids.Length} processes");
        Assert.Contains(container.Pid, pids);
        Result result = container.Runtime.Run("ps", "--format", "json", container.Id).Ok();
        Assert.Equal("", result.Stderr);
        Assert.Matches(@"^\[\d+,\d+,\d+\]\n$", result.Stdout);
    }

    [Fact]
    public void A_created_container_has_its_first_process()
    {
        using Container container = new();
        container.Create().Ok();
        Assert.Equal([container.Pid], Pids(container));
    }

    [Fact]
    public void A_container_that_has_stopped_has_none()
    {
        using Container container = Up("true");
        container.WaitForStatus("stopped");
        Assert.Equal("null\n", container.Runtime.Run("ps", "-f", "json", container.Id).Ok().Stdout);
    }

    [Fact]
    [InGuest]
    public void Processes_in_sub_cgroups_are_included()
    {
        using Container container = Up("sleep 100 & exec sleep 100");
        Eventually.True(() => Pids(container).Length == 2, "two processes");
        string[] cgroups = [.. Leftovers.Cgroups(container.Id).Where(cgroup => File.Exists(cgroup + "/cgroup.procs"))];
        int moved = Pids(container).Single(pid => pid != container.Pid);
        foreach (string cgroup in cgroups)
        {
            Directory.CreateDirectory(cgroup + "/inner");
            if (File.Exists(cgroup + "/cpuset.cpus") && !File.Exists(cgroup + "/cpu.max"))
                foreach (string file in (string[])["/cpuset.cpus", "/cpuset.mems"]) File.WriteAllText(cgroup + "/inner" + file, File.ReadAllText(cgroup + file));
            File.WriteAllText(cgroup + "/inner/cgroup.procs", moved.ToString());
        }
        Assert.Equal(2, Pids(container).Length);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("UID", "sleep 1000001")]
    [InlineData("PID", "sleep", "-A", "-o", "pid,comm")]
    [InlineData("USER", "sleep 1000001", "aux")]
    public void The_table_is_that_of_the_hosts_ps(string head, string program, params string[] options)
    {
        Requires.Program("ps");
        using Container container = Up("exec sleep 1000001");
        Eventually.True(() => File.ReadAllText($"/proc/{container.Pid}/comm") == "sleep\n", "the program runs");
        Result result = container.Runtime.Run(["ps", container.Id, .. options]).Ok();
        string[] lines = result.Stdout.TrimEnd('\n').Split('\n');
        Assert.Equal("", result.Stderr);
        Assert.Equal(2, lines.Length);
        Assert.Equal(head, lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        Assert.Contains(container.Pid.ToString(), lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith(program, lines[1], StringComparison.Ordinal);
        Assert.EndsWith("\n", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_a_stopped_container_is_only_its_header()
    {
        Requires.Program("ps");
        using Container container = Up("true");
        container.WaitForStatus("stopped");
        Assert.Single(container.Runtime.Run("ps", container.Id).Ok().Stdout.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Invalid_calls_of_ps_are_refused()
    {
        using Container container = new();
        ErrorMessage.Is("container does not exist", container.Runtime.Run("ps", container.Id));
        container.Create().Ok();
        ErrorMessage.Is("invalid format option", container.Runtime.Run("ps", "--format", "yaml", container.Id));
    }

    [Fact]
    public void A_table_that_cannot_be_made_is_an_error()
    {
        Requires.Runcs(); // Go's message for the same error
        Requires.Program("ps");
        using Container container = Up("exec sleep 100");
        Assert.Equal("couldn't find PID field in ps output: the ps options must keep that column", ErrorMessage.Of(container.Runtime.Run("ps", container.Id, "-o", "comm")));
        Assert.StartsWith("ps: exit status 1: ", ErrorMessage.Of(container.Runtime.Run("ps", container.Id, "--frob")), StringComparison.Ordinal);
        Options without = Options.Default with { Environment = new Dictionary<string, string?> { ["PATH"] = "relative:/nowhere" } };
        Assert.Equal("exec: \"ps\": executable file not found in $PATH: the table is made by it, --format json needs none",
            ErrorMessage.Of(container.Runtime.Run(without, "ps", container.Id)));
        Assert.Equal($"[{container.Pid}]\n", container.Runtime.Run(without, "ps", "--format", "json", container.Id).Ok().Stdout);
    }

    private static int[] Pids(Container container) =>
        JsonSerializer.Deserialize<int[]>(container.Runtime.Run("ps", "--format", "json", container.Id).Ok().Stdout) ?? [];

    private static Container Up(string script)
    {
        Container container = new();
        container.Bundle.Shell(script);
        return container.Up();
    }
}
