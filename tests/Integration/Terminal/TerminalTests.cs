// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Runcs.Native;

namespace Runcs.Integration;

/// <summary><c>process.terminal</c> in the foreground, and the console socket.</summary>
public class TerminalTests
{
    private const int Megabytes = 5_000_000;
    private static readonly string[] _removedNamespaces = ["pid"];

    public TerminalTests() => Requires.Root();

    [Fact]
    [OnAnyRuntime]
    public void A_user_works_in_a_shell()
    {
        using Container container = Terminal("sh");
        container.Bundle.Env("PS1", "prompt> ");
        string sleep = $"sleep 1{Environment.ProcessId}";
        using TerminalUser user = User(container);
        user.See("prompt> ").Type("tty; stty size\r");
        user.See("/dev/pts/0").See("33 101").See("prompt> ");
        Assert.NotEqual(user.OriginalModes, user.Modes);

        user.Type($"{sleep}; echo not-\"reached\"\r");
        Eventually.True(() => IsRunning(sleep), "sleep does not run");
        user.Type("\x03");
        user.See("^C").See("prompt> ");
        Assert.DoesNotContain("not-reached", user.Screen, StringComparison.Ordinal);

        user.Type($"{sleep}\r");
        Eventually.True(() => IsRunning(sleep), "sleep does not run");
        user.Type("\x1a");
        user.See("Stopped").See("prompt> ");
        user.Type("kill -9 %1; wait\r");
        user.See("prompt> ");

        user.Resize(44, 55);
        user.Type("sleep 0.2; stty size\r");
        user.See("44 55").See("prompt> ").Type("exit 42\r");
        Assert.Equal(42, user.Wait());
        Assert.Equal(user.OriginalModes, user.Modes);
    }

    [Fact]
    [OnAnyRuntime]
    public void A_signal_that_ends_the_program_gives_128_and_more_and_the_terminal_back()
    {
        using Container container = Terminal("echo up; exec sleep 100");
        using TerminalUser user = User(container);
        user.See("up");
        container.Kill("KILL").Ok();
        Assert.Equal(137, user.Wait());
        Assert.Equal(user.OriginalModes, user.Modes);
    }

    [Fact]
    [OnAnyRuntime]
    public void A_failed_start_gives_the_terminal_back()
    {
        using Container container = Terminal("true");
        container.Bundle.Args("/no/such/program");
        using TerminalUser user = User(container);
        Assert.NotEqual(0, user.Wait());
        Assert.Equal(user.OriginalModes, user.Modes);
    }

    [Fact]
    [OnAnyRuntime]
    public void Signals_to_the_runtime_reach_the_program()
    {
        using Container container = Terminal("trap 'echo got it; exit 5' USR1; echo up; while :; do sleep 0.05; done");
        using TerminalUser user = User(container);
        user.See("up").Signal(10);
        user.See("got it");
        Assert.Equal(5, user.Wait());
        Assert.Equal(user.OriginalModes, user.Modes);
    }

    [Fact]
    public void A_closed_window_is_the_end_of_the_programs_terminal()
    {
        Requires.Runcs();
        using Container container = Terminal("echo up; cat; echo more || exit 6; exit 7");
        using TerminalUser user = User(container);
        user.See("up").CloseWindow();
        Assert.Equal(6, user.Wait());
    }

    [Fact]
    public void Megabytes_come_out_without_loss()
    {
        Requires.Runcs();
        using Container container = Terminal("stty -opost; cat /big; printf end");
        byte[] bytes = BigFile(container);
        Result result = container.Run(new Options { Pipes = true }).Ok();
        Assert.Equal(Hash([.. bytes, .. "end"u8]), Hash(result.StdoutBytes));
    }

    [Fact]
    public void Megabytes_go_in_without_loss()
    {
        Requires.Runcs();
        using Container container = Terminal($"stty raw -echo; echo ready; head -c {Megabytes} | sha256sum");
        byte[] bytes = RandomNumberGenerator.GetBytes(Megabytes);
        using RunningCommand running = container.StartRun();
        running.WaitForStdout("ready");
        running.Write(bytes);
        Assert.Contains(Hash(bytes), running.Wait().Ok().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    [OnAnyRuntime]
    public void Megabytes_pass_both_ways_without_a_terminal()
    {
        using Container container = new();
        container.Bundle.Args("cat");
        byte[] bytes = RandomNumberGenerator.GetBytes(Megabytes);
        Assert.Equal(Hash(bytes), Hash(container.Run(new Options { Pipes = true, Stdin = bytes }).Ok().StdoutBytes));
    }

    [Fact]
    public void The_end_of_a_piped_input_ends_the_reader()
    {
        Requires.Runcs();
        using Container container = Terminal("cat; echo after");
        Result result = container.Run(new Options { Pipes = true, Stdin = "one\ntwo"u8.ToArray() }).Ok();
        Assert.EndsWith("after\n", result.Stdout, StringComparison.Ordinal);
        Assert.Contains("two", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_a_piped_input_ends_a_shell_that_edits_lines()
    {
        Requires.Runcs();
        using Container container = Terminal("exec sh");
        Result result = container.Run(new Options { Pipes = true, Stdin = "echo $((6*7))\n"u8.ToArray() }).Ok();
        Assert.Contains("42", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_users_terminal_the_console_size_counts()
    {
        Requires.Runcs();
        using Container container = Terminal("stty size");
        container.Bundle.Process["consoleSize"] = new System.Text.Json.Nodes.JsonObject { ["height"] = 17, ["width"] = 71 };
        Assert.Equal("17 71\n", container.Run().Ok().Stdout);
    }

    [Fact]
    [Requirement("config-linux/default-console")]
    public void The_console_is_the_terminal()
    {
        Requires.Runcs();
        using Container container = Terminal("echo through the console > /dev/console");
        Assert.Equal("through the console\n", container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_user_opens_its_standard_streams_again(bool terminal)
    {
        Requires.Runcs();
        using Container container = Terminal("echo out > /dev/stdout; echo err > /dev/stderr");
        container.Bundle.Process["terminal"] = terminal;
        container.Bundle.Process["user"]!["uid"] = 1000;
        container.Bundle.Process["user"]!["gid"] = 1000;
        container.Bundle.Process.AsObject().Remove("rlimits");
        Result result = container.Run(new Options { Pipes = true }).Ok();
        Assert.Equal("out\nerr\n", result.Stdout + result.Stderr);
    }

    [Fact]
    public void A_process_left_behind_does_not_hold_the_run_up()
    {
        Requires.Runcs();
        using Container container = Terminal("trap '' HUP; sleep 100 & echo done");
        foreach (string type in _removedNamespaces)
            container.Bundle.Namespace(type);
        Assert.Equal("done\n", container.Run(new Options { Pipes = true }).Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Closed_standard_streams_are_no_obstacle(bool terminal)
    {
        Requires.Runcs();
        using Container container = Terminal("echo unheard; exit 9");
        container.Bundle.Process["terminal"] = terminal;
        container.Bundle.Write();
        string[] run = container.Runtime.CommandLine("run", "--bundle", container.Bundle.Directory, container.Id);
        Command.Run(["sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh", .. run]).Exits(9);
    }

    [Fact]
    public void A_root_without_a_devpts_is_refused()
    {
        Requires.Runcs();
        using Container container = Terminal("true");
        container.Bundle.Mounts.Remove(container.Bundle.Mounts.First(mount => (string?)mount!["type"] == "devpts"));
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "dev/pts"));
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "dev/pts/ptmx"), "/dev/ptmx");
        Assert.Contains("process.terminal: a terminal needs a mount of type devpts", container.Run().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [OnAnyRuntime]
    [InlineData("console.sock")]
    [InlineData("a-name-that-makes-the-whole-path-much-longer-than-what-the-address-of-a-socket-can-hold-which-is-108-bytes-at-the-most.sock")]
    public void The_master_comes_through_the_console_socket(string name)
    {
        Requires.That(name.Length < 50 || RuntimeUnderTest.IsRuncs, "a long path is about runcs");
        using Container container = Terminal("read line; echo \"got $line\"; exit 3");
        using Socket listener = Listen(container, name);
        container.Create("--console-socket", container.Path(name)).Ok();
        using Socket connection = listener.Accept();
        byte[] payload = new byte[256];
        Assert.False(UnixSockets.TryReceiveFd((int)connection.Handle, payload, out int count, out Fd? master).IsError);
        using (master)
        {
            Assert.True(count > 0);
            Assert.NotNull(master);
            container.Start().Ok();
            Files.WriteAll(master.Value, "hello\n"u8, "master");
            StringBuilder screen = new();
            while (!Files.TryRead(master.Value, payload, out count).IsError && count > 0)
                screen.Append(Encoding.UTF8.GetString(payload, 0, count));
            Assert.Contains("got hello\r\n", screen.ToString(), StringComparison.Ordinal);
        }
        container.WaitForStatus("stopped");
    }

    [Fact]
    [OnAnyRuntime]
    public void A_terminal_and_detachment_need_a_console_socket_and_only_they_may_have_one()
    {
        using Container container = Terminal("true");
        Assert.Contains("cannot allocate tty if runc will detach without setting console socket", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Assert.Contains("cannot use console socket if runc will not detach or allocate tty", container.Run("--console-socket", "/x").Fails().Stderr, StringComparison.Ordinal);
    }

    // .NET cannot bind a path longer than the address: a path through the directory's descriptor is short.
    private static Socket Listen(Container container, string name)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string shortName = container.Path("s");
        listener.Bind(new UnixDomainSocketEndPoint(shortName));
        listener.Listen();
        File.Move(shortName, container.Path(name));
        return listener;
    }

    // The cloned process had the terminal as its controlling terminal, and its end hung it up: every other time.
    [Fact]
    public void In_a_joined_pid_namespace_the_program_controls_its_terminal()
    {
        using Container first = new();
        first.Bundle.Shell("sleep 100");
        first.Up();
        for (int i = 0; i < 5; i++)
        {
            using Container second = Terminal("read line </dev/tty; echo \"got $line\"");
            second.Bundle.Namespace("pid", $"/proc/{first.Pid}/ns/pid");
            using TerminalUser user = User(second);
            user.Type("it\r");
            user.See("got it");
            Assert.Equal(0, user.Wait());
        }
    }

    private static Container Terminal(string script)
    {
        Container container = new();
        container.Bundle.Process["terminal"] = true;
        container.Bundle.Shell(script);
        return container;
    }

    private static TerminalUser User(Container container)
    {
        container.Bundle.Write();
        return new(container.Runtime.CommandLine("run", "--bundle", container.Bundle.Directory, container.Id));
    }

    internal static bool IsRunning(string commandLine) =>
        Directory.EnumerateDirectories("/proc", "*").Any(directory => CommandLine(directory) == commandLine);

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).TrimEnd('\0').Replace('\0', ' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static byte[] BigFile(Container container)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(Megabytes);
        File.WriteAllBytes(Path.Combine(container.Bundle.Rootfs, "big"), bytes);
        return bytes;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
