// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;

namespace Runcs.Integration;

/// <summary>The container stops during each lookup of exec in turn, by a kill of its first process.</summary>
public class ExecIntoStoppedTests
{
    private const int Refused = 255;

    // The calls by which exec finds a container's first process, cgroups and root; and the clone, which enters the
    // cgroups.
    private static readonly string[] _lookUps = ["openat", "openat2", "statx", "readlinkat", "faccessat2", "pidfd_open", "clone3", "setns"];

    public ExecIntoStoppedTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    public void A_container_with_its_own_namespaces_stops_during_exec() => KillAtEachLookUp(static () => new Container());

    [Fact]
    public void A_container_with_a_user_namespace_stops_during_exec() => KillAtEachLookUp(static () => UserMaps.NewContainer());

    [Fact]
    public void A_container_in_the_hosts_mount_namespace_stops_during_exec() => KillAtEachLookUp(static () =>
    {
        Container container = new();
        container.Bundle.Namespace("mount");
        return container;
    });

    private static void KillAtEachLookUp(Func<Container> make)
    {
        StringBuilder problems = new();
        int struck = 0;
        foreach (TracedCall call in LookUps(make))
        {
            using Container container = Running(make);
            TracedResult traced = TracedCommand.Run(Command(container), call, Fault.Act, () => End(container.Pid));
            if (!traced.Reached)
                continue;
            struck++;
            string message = traced.Result.Stderr.TrimEnd();
            if (traced.Hung || traced.Result.ExitCode != Refused || !message.EndsWith("exec failed: cannot exec in a stopped container\"", StringComparison.Ordinal))
                problems.Append($"{call}: exit code {traced.Result.ExitCode}, {message}\n");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{struck} look-ups struck");
        Assert.True(problems.Length == 0, problems.ToString());
        Assert.True(struck > 10, $"only {struck} look-ups struck");
    }

    private static IReadOnlyList<TracedCall> LookUps(Func<Container> make)
    {
        using Container container = Running(make);
        TracedResult good = TracedCommand.Run(Command(container));
        good.Result.Ok();
        // Processes in the pid namespace are killed with it: none of exec's before the stage enters.
        int entry = good.Calls.ToList().FindIndex(call => call.Name == "setns");
        return [.. good.Calls.Take(entry + 1).Where(call => _lookUps.Contains(call.Name))];
    }

    private static Container Running(Func<Container> make)
    {
        Container container = make();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        return container;
    }

    private static string[] Command(Container container) => container.Runtime.CommandLine(["exec", container.Id, "/bin/true"]);

    // It may remain a zombie until it is waited for.
    private static void End(int pid)
    {
        _ = Libc.kill(pid, Libc.SIGKILL);
        Stopwatch watch = Stopwatch.StartNew();
        while (IsThere(pid))
        {
            Assert.True(watch.Elapsed < Patience.Seconds(5), "the container's first process does not end");
            Thread.Sleep(1);
        }
    }

    private static bool IsThere(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
