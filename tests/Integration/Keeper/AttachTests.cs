// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Runcs.Integration;

/// <summary><c>attach</c>: streams, terminals, keys, signals.</summary>
public class AttachTests
{
    private const int SIGINT = 2, SIGHUP = 1, SIGTERM = 15;

    public AttachTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    public void Streams_and_the_exit_code_come_through()
    {
        using Container container = Kept.Supervise("read a; echo \"out $a\"; echo \"err $a\" >&2; exit 9", "-i");
        using RunningCommand attach = container.Attach();
        attach.Write("words\n");
        Result result = attach.Wait().Exits(9);
        Assert.Equal("out words\n", result.Stdout);
        Assert.Equal("err words\n", result.Stderr);
        // The log goes on.
        Assert.Equal("out words\n", container.Logs().Ok().Stdout);
        Assert.Contains("has ended with exit code 9", container.Runtime.Run("attach", container.Id).Exits(255).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_is_given_later_and_closed()
    {
        using Container container = Kept.Supervise("cat; echo closed", "--interactive");
        Assert.Equal("first\n", Detached(container, "first\n"));
        Assert.Equal("running", container.Status);
        Result last = container.Runtime.Run(Options.Default with { Stdin = "second\n"u8.ToArray() }, "attach", container.Id).Ok();
        Assert.Equal("second\nclosed\n", last.Stdout);
        Assert.Equal("first\nsecond\nclosed\n", container.Logs().Ok().Stdout);
    }

    /// <summary>Ten megabytes through a program that answers as it reads: nothing is lost, and nobody waits for another.</summary>
    [Fact]
    public void Large_input_comes_back()
    {
        byte[] bytes = new byte[10_000_000];
        new Random(2).NextBytes(bytes);
        using Container container = Kept.Supervise("cat", "-i", "--log-driver", "none");
        Result result = container.Runtime.Run(Options.Default with { Stdin = bytes, Timeout = Patience.Seconds(60) }, "attach", container.Id).Ok();
        Assert.True(bytes.AsSpan().SequenceEqual(result.StdoutBytes));
    }

    [Fact]
    public void Without_interactive_the_input_is_empty()
    {
        using Container container = Kept.Supervise("cat; echo empty; sleep 100");
        container.WaitForLog("empty");
        using RunningCommand attach = container.Attach();
        attach.Write("words\n");
        attach.CloseStdin();
        Thread.Sleep(200);
        Assert.False(attach.HasExited);
        container.Kill("KILL").Ok();
        attach.Wait().Exits(137);
    }

    [Fact]
    public void No_stdin_leaves_the_input_alone()
    {
        using Container container = Kept.Supervise("echo up; cat; exit 3", "-i");
        using RunningCommand watcher = container.Attach("--no-stdin");
        watcher.CloseStdin();
        Thread.Sleep(200);
        Assert.Equal("running", container.Status);
        using RunningCommand giver = container.Attach();
        giver.CloseStdin();
        giver.Wait().Exits(3);
        watcher.Wait().Exits(3);
    }

    [Fact]
    public void Several_attachers_get_all_output_and_give_input()
    {
        using Container container = Kept.Supervise("while read a; do echo \"<$a>\"; [ $a = end ] && exit 6; done", "-i");
        using RunningCommand one = container.Attach(), other = container.Attach(), third = container.Attach("--no-stdin");
        RunningCommand[] all = [one, other, third];
        Eventually.True(() => All(all, "<are you there>", () => one.Write("are you there\n")), "not all are attached");
        one.Write("from one\n");
        one.WaitForStdout("<from one>");
        other.WaitForStdout("<from one>");
        other.Write("from other\n");
        one.WaitForStdout("<from other>");
        third.WaitForStdout("<from other>");
        one.Write("end\n");
        foreach (RunningCommand attach in all) Assert.EndsWith("<are you there>\n<from one>\n<from other>\n<end>\n", attach.Wait().Exits(6).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_works_in_a_terminal_leaves_and_returns()
    {
        using Container container = Kept.Supervise(terminal: true, "stty size; while read a; do echo \"<$a> $(stty size)\"; [ $a = end ] && exit 8; done", "-i");
        using (TerminalUser user = User(container))
        {
            user.Type("one\r");
            user.See("<one> 33 101");
            Assert.NotEqual(user.OriginalModes, user.Modes);
            user.Resize(44, 55);
            user.Type("two\r");
            Eventually.True(() => user.Screen.Contains("44 55", StringComparison.Ordinal) || Again(user), () => $"not resized: {user.Screen}");
            user.Type("\x10\x11");
            Assert.Equal(0, user.Wait());
            Assert.Equal(user.OriginalModes, user.Modes);
        }
        Assert.Equal("running", container.Status);
        using (TerminalUser user = User(container, "--detach-keys", "ctrl-a,d"))
        {
            // Those of the default are the program's now.
            user.Type("\x10\x11\r");
            user.See(" 33 101");
            user.Type("\x01" + "d");
            Assert.Equal(0, user.Wait());
        }
        using (TerminalUser user = User(container))
        {
            user.Type("end\r");
            user.See("<end>");
            Assert.Equal(8, user.Wait());
            Assert.Equal(user.OriginalModes, user.Modes);
        }
        Assert.Contains("<one> 33 101\r\n", container.Logs().Ok().Stdout, StringComparison.Ordinal);
        Assert.Equal("8\n", container.Wait().Exits(8).Stdout);
    }

    [Fact]
    public void Keys_of_a_terminal_signal_the_program()
    {
        using Container container = Kept.Supervise(terminal: true, "trap 'echo interrupted; exit 5' INT; echo up; while :; do sleep 0.05; done", "-i");
        using TerminalUser user = User(container);
        user.Type("\x03");
        user.See("interrupted");
        Assert.Equal(5, user.Wait());
    }

    /// <summary>The terminal stays while the program has it closed, and its output is complete at the end.</summary>
    [Fact]
    public void All_output_of_a_terminal_is_in_the_log()
    {
        using Container container = Kept.Supervise(terminal: true, "exec > /dev/null < /dev/null 2>&1; sleep 0.3; exec > /dev/console; seq 20000");
        container.Wait().Ok();
        string[] lines = container.Logs().Ok().Stdout.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(1, 20_000).Select(number => number.ToString(CultureInfo.InvariantCulture)), lines);
    }

    [Fact]
    public void Signals_go_to_the_program_unless_the_user_does_not_want_it()
    {
        using Container container = Kept.Supervise("trap 'echo int' INT; trap 'exit 4' TERM; echo up; while :; do sleep 0.05; done", "-i");
        using RunningCommand attach = container.Attach(), other = container.Attach("--sig-proxy=false"), hung = container.Attach();
        container.WaitForLog("up");
        Ready(attach, other, hung);
        attach.Signal(SIGINT);
        attach.WaitForStdout("int\n");
        other.Signal(SIGTERM);
        other.Wait().Exits(128 + SIGTERM);
        hung.Signal(SIGHUP);
        hung.Wait().Exits(128 + SIGHUP);
        Assert.Equal("running", container.Status);
        attach.Signal(SIGTERM);
        attach.Wait().Exits(4);
    }

    [Theory]
    [InlineData("ctrl-1")]
    [InlineData("a,,b")]
    public void Keys_that_do_not_exist_are_refused(string keys)
    {
        using Container container = Kept.Supervise("sleep 100");
        Assert.Contains("--detach-keys: must be", container.Runtime.Run("attach", "--detach-keys", keys, container.Id).Exits(255).Stderr, StringComparison.Ordinal);
    }

    // They have taken their signals once they take input.
    private static void Ready(params RunningCommand[] attachers) => Assert.All(attachers,
        attach => Eventually.True(() => File.ReadAllText($"/proc/{attach.Pid}/status").Contains("SigBlk:\t000000000", StringComparison.Ordinal) && !File.ReadAllText($"/proc/{attach.Pid}/status").Contains("SigBlk:\t0000000000000000", StringComparison.Ordinal), "does not take signals"));

    private static bool All(RunningCommand[] attachers, string text, Action ask)
    {
        ask();
        Thread.Sleep(50);
        return attachers.All(attach => attach.Stdout.Contains(text, StringComparison.Ordinal));
    }

    private static bool Again(TerminalUser user)
    {
        user.Type("again\r");
        Thread.Sleep(50);
        return false;
    }

    // Gives input in a terminal, and leaves.
    private static string Detached(Container container, string input)
    {
        using RunningCommand attach = container.Attach("--sig-proxy=false");
        attach.Write(input);
        attach.WaitForStdout(input);
        attach.Signal(SIGTERM);
        return attach.Wait().Exits(128 + SIGTERM).Stdout;
    }

    private static TerminalUser User(Container container, params string[] options)
    {
        TerminalUser user = new(container.Runtime.CommandLine(["attach", .. options, container.Id]));
        Eventually.True(() => user.Modes != user.OriginalModes, "the terminal does not become raw");
        return user;
    }
}
