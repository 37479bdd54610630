// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Runcs.Integration;

/// <summary>
/// State that cannot be read is unknown: no command takes it for a container that has ended, is not frozen, or has no processes.
/// Each call by which a command reads state fails once; the command then reports it, or succeeds.
/// </summary>
public class UnreadableStateTests
{
    private const int EIO = 5, EACCES = 13, EMFILE = 24;

    private static readonly string[] _reads = ["openat", "read", "pidfd_open", "statx", "statfs", "faccessat2", "readlinkat", "getdents64", "poll", "flock"];

    public UnreadableStateTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    public static TheoryData<string, bool, int> Commands()
    {
        TheoryData<string, bool, int> data = [];
        foreach (string command in (string[])["state", "list", "kill", "delete", "exec", "ps", "pause", "resume", "update", "events", "start"])
        {
            data.Add(command, false, EMFILE);
            data.Add(command, true, EIO);
        }
        data.Add("state", false, EACCES);
        data.Add("kill", true, EACCES);
        data.Add("delete", false, EIO);
        data.Add("delete", true, EACCES);
        return data;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_call_that_fails_is_reported_and_nothing_is_changed(string command, bool hostPids, int errno)
    {
        using Container container = Up(hostPids, start: command != "start");
        string[] commandLine = container.Runtime.CommandLine(CommandLine(command, container.Id));
        StringBuilder problems = new();
        int struck = 0;
        IReadOnlyList<TracedCall> points = Points(container, command, commandLine);
        string pid = container.Pid.ToString(CultureInfo.InvariantCulture);
        foreach (TracedCall call in points)
        {
            Prepare(container, command);
            TracedResult traced = TracedCommand.Run(commandLine, call, Fault.Error, errno: errno);
            if (!traced.Reached)
                continue;
            struck++;
            string? problem = Judge(container, command, pid, call, errno, traced);
            if (problem != null)
                problems.Append(CultureInfo.InvariantCulture, $"{call}: {problem}\n    exit code {traced.Result.ExitCode}, {traced.Result.Stderr.TrimEnd()}\n");
            if (command == "start")
                Restart(container, ref pid);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{struck} calls struck");
        Assert.True(problems.Length == 0, problems.ToString());
        Assert.True(struck >= 3, $"{struck} calls struck");
    }

    // Its first process is killed first; whatever fails then, the record stays until the rest is removed.
    [Theory]
    [InlineData(false, EMFILE)]
    [InlineData(true, EIO)]
    [InlineData(true, EACCES)]
    public void A_deletion_by_force_that_fails_can_be_repeated(bool hostPids, int errno)
    {
        using Container container = Up(hostPids, start: true);
        string[] commandLine = container.Runtime.CommandLine(["delete", "--force", container.Id]);
        StringBuilder problems = new();
        IReadOnlyList<TracedCall> points = Reads(container, TracedCommand.Run(commandLine));
        foreach (TracedCall call in points)
        {
            container.Up();
            TracedResult traced = TracedCommand.Run(commandLine, call, Fault.Error, errno: errno);
            string? problem = traced.Hung ? "hung" : traced.Result.ExitCode == 0 || Names(call, errno, traced.Result.Stderr) ? null : "does not name the call and the errno";
            if (traced.Result.ExitCode != 0 && !Directory.Exists(Path.Combine(container.Runtime.Root, container.Id)))
                problem = "the record is gone";
            if (container.Delete("--force").ExitCode != 0)
                problem = "cannot be repeated";
            if (problem != null)
                problems.Append(CultureInfo.InvariantCulture, $"{call}: {problem}\n    exit code {traced.Result.ExitCode}, {traced.Result.Stderr.TrimEnd()}\n");
            Leftovers.AssertNone(container);
        }
        Assert.True(problems.Length == 0, problems.ToString());
        Assert.True(points.Count >= 5, $"{points.Count} calls struck");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_few_descriptors_no_command_takes_a_container_for_stopped(bool hostPids)
    {
        using Container container = Up(hostPids, start: true);
        int pid = container.Pid;
        for (int limit = 4; limit < 9; limit++)
        {
            container.Runtime.Prefix = ["/bin/sh", "-c", $"ulimit -n {limit} && exec \"$@\"", "sh"];
            foreach (string command in (string[])["state", "kill", "delete", "exec", "pause", "resume", "events"])
            {
                Result result = container.Runtime.Run(CommandLine(command, container.Id));
                Assert.True(result.ExitCode == 0 || result.Stderr.Contains("(EMFILE)", StringComparison.Ordinal)
                    || (command == "delete" && result.Stderr.Contains("that is not stopped: running", StringComparison.Ordinal))
                    || (command == "resume" && result.Stderr.Contains("container not paused", StringComparison.Ordinal)), $"{limit}: {result}");
                if (command == "state")
                    Assert.DoesNotContain("stopped", result.Stdout, StringComparison.Ordinal);
            }
            container.Runtime.Prefix = [];
            container.Runtime.Run("resume", container.Id);
            Assert.Equal("running", container.Status);
        }
        Assert.Equal(pid, container.Pid);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(true, "mount -t tmpfs none /proc")]
    [InlineData(true, "unshare -p -f mount -t proc proc /proc")]
    [InGuest]
    public void Without_proc_no_command_takes_a_container_for_stopped(bool hostPids, string instead)
    {
        using Container container = Up(hostPids, start: true);
        int pid = container.Pid;
        container.Runtime.Prefix = ["unshare", "-m", "/bin/sh", "-c", $"umount -l /proc && {(instead.Length > 0 ? instead : ":")} && exec \"$@\"", "sh"];
        foreach (string command in (string[])["state", "kill", "delete", "exec", "pause", "resume", "update", "events"])
        {
            Result result = container.Runtime.Run(CommandLine(command, container.Id));
            Assert.True(result.ExitCode != 0 && result.Stderr.Contains("/proc/", StringComparison.Ordinal), result.ToString());
        }
        container.Delete("--force").Fails();
        container.Runtime.Prefix = [];
        Assert.Equal("running", container.Status);
        Assert.Equal(pid, container.Pid);
    }

    private static Container Up(bool hostPids, bool start)
    {
        Container container = new();
        container.Bundle.Args("/bin/sleep", "1000");
        if (hostPids) container.Bundle.Namespace("pid");
        container.Create().Ok();
        if (start) container.Start().Ok();
        return container;
    }

    private static string[] CommandLine(string command, string id) => command switch
    {
        "list" => ["list"],
        "kill" => ["kill", id, "0"],
        "exec" => ["exec", id, "/bin/true"],
        "ps" => ["ps", "--format", "json", id],
        "update" => ["update", "--pids-limit", "50", id],
        "events" => ["events", "--stats", id],
        _ => [command, id],
    };

    private static void Prepare(Container container, string command)
    {
        if (command == "resume") container.Runtime.Run("pause", container.Id);
        else if (command == "pause") container.Runtime.Run("resume", container.Id);
    }

    private static void Restart(Container container, ref string pid)
    {
        container.Delete("--force").Ok();
        container.Create().Ok();
        pid = container.Pid.ToString(CultureInfo.InvariantCulture);
    }

    private static IReadOnlyList<TracedCall> Points(Container container, string command, string[] commandLine)
    {
        Prepare(container, command);
        TracedResult good = TracedCommand.Run(commandLine);
        if (command == "start")
        {
            container.Delete("--force").Ok();
            container.Create().Ok();
        }
        return Reads(container, good);
    }

    // Those of the command itself, from the first that is about the container.
    private static IReadOnlyList<TracedCall> Reads(Container container, TracedResult good) =>
        [.. good.Calls.SkipWhile(call => !call.Text.StartsWith(container.Runtime.Root, StringComparison.Ordinal)).Where(call => call.Process == 0 && _reads.Contains(call.Name))];

    private static string? Judge(Container container, string command, string pid, TracedCall call, int errno, TracedResult traced)
    {
        Result result = traced.Result;
        if (traced.Hung)
            return "hung";
        if (!File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal))
            return "the container has ended";
        if (container.Pid.ToString(CultureInfo.InvariantCulture) != pid)
            return "the record has changed";
        if (command == "pause" && result.ExitCode != 0 && container.Status != "running")
            return "the container is paused";
        if (result.ExitCode != 0 || command == "list")
            return Names(call, errno, result.Stderr) || (result.ExitCode == 0 && result.Stdout.Contains(container.Id, StringComparison.Ordinal)) ? null : "does not name the call and the errno";
        return command switch
        {
            "delete" => "deleted",
            "state" when !result.Stdout.Contains("\"running\"", StringComparison.Ordinal) => "is called " + result.Stdout,
            "ps" when !result.Stdout.Contains(pid, StringComparison.Ordinal) => "prints " + result.Stdout,
            "resume" when container.Status != "running" => "the container is paused",
            _ => null,
        };
    }

    private static bool Names(TracedCall call, int errno, string text)
    {
        string name = errno switch { EIO => "(EIO)", EACCES => "(EACCES)", _ => "(EMFILE)" };
        string[] calls = call.Name switch
        {
            "faccessat2" => ["faccessat(2)"],
            // A value is opened and written in one step.
            "openat" => ["openat(2)", "write(2)"],
            _ => [call.Name + "(2)"],
        };
        return text.Contains(name, StringComparison.Ordinal) && calls.Any(each => text.Contains(each, StringComparison.Ordinal));
    }
}
