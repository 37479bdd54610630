// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Keepers that are killed, clients that misbehave, and what a keeper needs for itself.</summary>
public class KeeperFaultTests
{
    private const int SIGKILL = 9, SIGCONT = 18, SIGSTOP = 19;

    public KeeperFaultTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    public void The_container_of_a_killed_keeper_can_be_used()
    {
        using Container container = Kept.Supervise("echo up; while :; do sleep 0.1; done", "-i");
        container.WaitForLog("up");
        using RunningCommand waiter = container.Runtime.Start("wait", container.Id), attach = container.Attach(), follow = container.Runtime.Start("logs", "-f", container.Id);
        follow.WaitForStdout("up");
        Thread.Sleep(100);
        int keeper = container.KeeperPid();
        Assert.Equal(0, Libc.kill(keeper, SIGKILL));
        const string Killed = "was killed: how the container ends is not known; kill and delete still work";
        foreach (RunningCommand command in (RunningCommand[])[waiter, attach]) Assert.Contains(Killed, command.Wait().Exits(255).Stderr, StringComparison.Ordinal);
        Assert.Contains(Killed, follow.Wait().Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Equal("running", container.Status);
        Assert.Equal(0, container.KeeperPid());
        Assert.Equal("up\n", container.Logs().Ok().Stdout);
        Assert.Contains(Killed, container.Wait().Exits(255).Stderr, StringComparison.Ordinal);
        Assert.Contains(Killed, container.Runtime.Run("attach", container.Id).Exits(255).Stderr, StringComparison.Ordinal);
        container.Exec("true").Ok();
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    /// <summary>Whatever it was doing: delete --force removes all, and the command that started it reports the end.</summary>
    [Theory]
    [InlineData("createRuntime")]
    [InlineData("poststart")]
    public void A_keeper_that_is_killed_while_it_starts_the_container_leaves_what_delete_removes(string hook)
    {
        using Container container = new();
        string marker = container.Path("hook");
        container.Bundle.Shell("sleep 100").Config["hooks"] = new JsonObject
        {
            [hook] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", $"touch {marker}; exec sleep 20") }),
        };
        using RunningCommand command = container.StartRun("--supervise");
        Eventually.True(() => File.Exists(marker), "the hook does not run");
        int keeper = int.Parse(File.ReadAllText($"/proc/{command.Pid}/task/{command.Pid}/children").Trim());
        Assert.Equal(0, Libc.kill(keeper, SIGKILL));
        Assert.Contains("the keeper ended before the container ran", command.Wait().Exits(1).Stderr, StringComparison.Ordinal);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    /// <summary>
    /// The keeper, or a clone of it, is killed at each call of these names: the command ends, and delete --force removes what is left.
    /// </summary>
    [Theory]
    [InlineData("clone3")]
    [InlineData("setsid")]
    [InlineData("epoll_ctl")]
    [InlineData("bind")]
    [InlineData("renameat")]
    [InlineData("symlinkat")]
    [InlineData("mknodat")]
    [InlineData("flock")]
    [InlineData("pidfd_open")]
    public void Killed_at_any_call_it_leaves_what_delete_removes(string call)
    {
        Requires.Program("strace");
        using Container container = new();
        container.Bundle.Shell("echo up; sleep 0.2; exit 3");
        string trace = container.Path("trace");
        container.Runtime.Tracer = Faults.Trace(trace);
        container.Run("--supervise").Ok();
        container.Runtime.Tracer = [];
        container.Wait().Exits(3);
        container.Delete().Ok();
        int calls = Faults.Count(trace, call);
        Assert.True(calls > 0, $"{call} is not made");
        for (int nth = 1; nth <= calls; nth++)
        {
            container.Runtime.Tracer = Faults.Kill(call, nth);
            container.Run("--supervise");
            container.Runtime.Tracer = [];
            container.Delete("--force").Ok();
            Leftovers.AssertNone(container);
        }
    }

    /// <summary>The request of kill is not behind input that the program does not take.</summary>
    [Fact]
    public void A_full_input_delays_nobody_else()
    {
        using Container container = Kept.Supervise("echo up; sleep 1000", "-i", "--restart", "always");
        container.WaitForLog("up");
        using RunningCommand attach = container.Attach("--sig-proxy=false");
        attach.Write(new byte[400_000]);
        int keeper = container.KeeperPid();
        Eventually.True(() => Spent(keeper) is var spent && Waits(keeper, spent), "the keeper does not sleep");
        container.Kill("KILL").Ok();
        attach.Wait().Exits(137);
        Assert.Equal(0, (int)container.Keeper()["restartCount"]!);
    }

    // No CPU time in a fifth of a second.
    private static bool Waits(int pid, string spent)
    {
        Thread.Sleep(200);
        return Spent(pid) == spent;
    }

    private static string Spent(int pid) => string.Join(' ', File.ReadAllText($"/proc/{pid}/schedstat").Split(' ')[..1]);

    [Fact]
    public void A_keeper_that_is_killed_between_two_starts_leaves_a_stopped_container()
    {
        using Container container = Kept.Supervise("exit 3", "--restart", "always");
        Eventually.True(() => StopsBetweenTwoStarts(container), "does not wait");
        Assert.Equal(0, Libc.kill(container.KeeperPid(), SIGKILL));
        Assert.Equal("stopped", container.Status);
        Assert.Contains("was killed", container.Wait().Exits(255).Stderr, StringComparison.Ordinal);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    // It may have gone on after the state was read, so it is read again once the keeper is stopped.
    private static bool StopsBetweenTwoStarts(Container container)
    {
        if ((bool?)container.Keeper()["restarting"] != true) return false;
        int keeper = container.KeeperPid();
        Assert.Equal(0, Libc.kill(keeper, SIGSTOP));
        if (Directory.GetFiles($"/proc/{keeper}/task/{keeper}", "children").All(file => File.ReadAllText(file).Length == 0)
            && (bool?)container.Keeper()["restarting"] == true && container.Status == "stopped") return true;
        Assert.Equal(0, Libc.kill(keeper, SIGCONT));
        return false;
    }

    [Fact]
    public void Delete_with_force_ends_keeper_attachers_and_waiters()
    {
        using Container container = Kept.Supervise("while :; do echo line; done", "--log-opt", "max-size=1m");
        int keeper = container.KeeperPid();
        int descriptors = Descriptors(keeper);
        using RunningCommand waiter = container.Runtime.Start("wait", container.Id);
        Eventually.True(() => Descriptors(keeper) > descriptors, "wait does not connect");
        using RunningCommand attach = container.Attach();
        attach.WaitForStdout("line");
        container.Delete("--force").Ok();
        Assert.Equal("137\n", waiter.Wait().Exits(137).Stdout);
        attach.Wait().Exits(137);
        Kept.WaitForEnd(keeper);
        Leftovers.AssertNone(container);
        Assert.False(Directory.Exists($"{container.Runtime.Root}/{container.Id}"));
    }

    /// <summary>Deleted and made again with the same id while the first keeper still records the end.</summary>
    [Fact]
    public void A_keeper_never_touches_another_container_with_its_id()
    {
        using Container container = new();
        container.Bundle.Shell("read a; exit 2");
        for (int round = 0; round < 20; round++)
        {
            container.Run("--supervise", "-i").Ok();
            Assert.Null(container.Keeper()["finishedAt"]);
            container.Delete("--force").Ok();
        }
        container.Run("--supervise").Ok();
        Assert.Equal("2\n", container.Wait().Exits(2).Stdout);
    }

    [Fact]
    public void Many_wait_and_all_get_the_exit_code()
    {
        using Container container = Kept.Supervise("read a; exit 12", "-i");
        RunningCommand[] waiters = [.. Enumerable.Range(0, 20).Select(_ => container.Runtime.Start("wait", container.Id))];
        Thread.Sleep(300);
        using RunningCommand attach = container.Attach();
        attach.Write("\n");
        foreach (RunningCommand waiter in waiters)
        {
            Assert.Equal("12\n", waiter.Wait().Exits(12).Stdout);
            waiter.Dispose();
        }
    }

    /// <summary>An attacher that never reads is dropped: the program, the log and another attacher go on.</summary>
    [Fact]
    public void A_stuck_attacher_stalls_nobody()
    {
        using Container container = Kept.Supervise("read a; seq 2000000; exit 3", "-i");
        using Socket stuck = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Connect(stuck, container);
        stuck.Send([(byte)'A', 0, 0, 0, 0]);
        using RunningCommand attach = container.Attach();
        attach.Write("go\n");
        Result result = attach.Wait(Patience.Seconds(60)).Exits(3);
        string expected = string.Concat(Enumerable.Range(1, 2_000_000).Select(number => $"{number}\n"));
        Assert.Equal(expected.Length, result.Stdout.Length);
        Assert.Equal(expected, result.Stdout);
        Assert.InRange(ReadToEnd(stuck), 1, 10_000_000);
    }

    /// <summary>The program waits for it as for a slow pipe.</summary>
    [Fact]
    public void A_slow_attacher_gets_all()
    {
        using Container container = Kept.Supervise("read a; seq 2000000; exit 3", "-i");
        using Socket slow = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Connect(slow, container);
        slow.Send([(byte)'A', 0, 0, 0, 0, (byte)'I', 3, 0, 0, 0, .. "go\n"u8]);
        Assert.InRange(ReadToEnd(slow, pause: 20), 14_888_896, 15_000_000);
    }

    [Fact]
    public void A_client_that_sends_nonsense_is_dropped()
    {
        using Container container = Kept.Supervise("read a; exit 3", "-i");
        Random random = new(3);
        for (int round = 0; round < 300; round++)
        {
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            Connect(client, container);
            byte[] nonsense = new byte[random.Next(5, 2000)];
            random.NextBytes(nonsense);
            // None is input, which would end the program.
            if (nonsense[0] == (byte)'I') nonsense[0] = (byte)'A';
            nonsense[4] |= (byte)(round % 2 == 0 ? 0x80 : 0);
            client.Send(nonsense);
        }
        Assert.Equal("running", container.Status);
        Assert.True(Kept.IsAlive(container.KeeperPid()));
    }

    [Fact]
    public void Only_the_owner_may_connect()
    {
        using Container container = Kept.Supervise("sleep 100");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{container.Runtime.Root}/{container.Id}/keeper.sock"));
    }

    /// <summary>After a thousand attachers the keeper has what it had after ten.</summary>
    [Fact]
    public void A_keeper_does_not_grow()
    {
        using Container container = Kept.Supervise("while read a; do echo \"$a\"; done", "-i");
        int keeper = container.KeeperPid();
        AttachAndLeave(container, 10);
        Thread.Sleep(100);
        int descriptors = Descriptors(keeper);
        long before = Resident(keeper);
        AttachAndLeave(container, 1000);
        Eventually.True(() => Descriptors(keeper) == descriptors, () => $"descriptors: {Descriptors(keeper)}, not {descriptors}");
        const long Tolerance = 1 << 20;
        Eventually.True(() => Resident(keeper) < before + Tolerance, () => $"resident: {Resident(keeper)}, before {before}");
    }

    private static int Descriptors(int pid) => Directory.GetFiles($"/proc/{pid}/fd").Length;

    // A client of the protocol: a process each would test the harness.
    private static void AttachAndLeave(Container container, int times)
    {
        byte[] answer = new byte[64];
        for (int i = 0; i < times; i++)
        {
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            Connect(client, container);
            client.Send([(byte)'A', 0, 0, 0, 0, (byte)'I', 6, 0, 0, 0, .. "hello\n"u8]);
            int received = 0;
            while (!answer.AsSpan(0, received).EndsWith("hello\n"u8)) received += client.Receive(answer, received, answer.Length - received, SocketFlags.None);
        }
    }

    private static long ReadToEnd(Socket socket, int pause = 0)
    {
        long total = 0;
        byte[] buffer = new byte[65536];
        for (int count; (count = socket.Receive(buffer)) > 0; Thread.Sleep(pause)) total += count;
        return total;
    }

    private static long Resident(int pid) => File.ReadAllLines($"/proc/{pid}/smaps_rollup").Where(line => line.StartsWith("Private_", StringComparison.Ordinal) && !line.StartsWith("Private_Hugetlb", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024);

    // The path may be longer than an address of unix(7) can be.
    private static void Connect(Socket socket, Container container)
    {
        string link = $"/tmp/runcs-keeper-{Environment.ProcessId}-{Guid.NewGuid():N}";
        File.CreateSymbolicLink(link, $"{container.Runtime.Root}/{container.Id}");
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint($"{link}/keeper.sock"));
        }
        finally
        {
            File.Delete(link);
        }
    }
}
