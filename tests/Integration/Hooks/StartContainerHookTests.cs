// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>startContainer hooks, run by the exec stage: its children, inside, as the user (runtime.md, "Lifecycle", 8).</summary>
public class StartContainerHookTests
{
    private const int User = 1000;

    public StartContainerHookTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    [Requirement("config/hooks-startcontainer-namespace", "config/hooks-startcontainer-when")]
    public void A_startContainer_hook_runs_before_the_program_as_the_user_in_the_container()
    {
        using Container container = WithHook("id -u >/tmp/seen; hostname >>/tmp/seen; ls /tmp >>/tmp/seen", "touch /tmp/program; sleep 100");
        container.Create().Ok();
        Assert.Empty(Directory.EnumerateFiles(Tmp(container)));
        container.Start().Ok();
        Assert.Equal($"{User}\nrunc\nseen\n", Seen(container));
        Eventually.True(() => File.Exists(Path.Combine(Tmp(container), "program")), "the program runs");
    }

    [Fact]
    [Requirement("config/hooks-state")]
    public void The_standard_input_of_a_hook_is_the_state()
    {
        using Container container = WithHook("cat >/tmp/seen");
        container.Bundle.Config["annotations"] = new JsonObject { ["org.example"] = "value" };
        container.Run().Ok();
        JsonNode state = JsonNode.Parse(Seen(container))!;
        Assert.Equal((container.Id, "created", 1), ((string)state["id"]!, (string)state["status"]!, (int)state["pid"]!));
        Assert.Equal((container.Bundle.Directory, "value"), ((string)state["bundle"]!, (string)state["annotations"]!["org.example"]!));
    }

    [Fact]
    public void A_hook_without_an_environment_has_the_programs()
    {
        using Container container = WithHook("echo $GREETING >/tmp/seen");
        container.Bundle.Env("GREETING", "hello");
        container.Run().Ok();
        Assert.Equal("hello\n", Seen(container));
    }

    [Fact]
    public void A_hook_with_an_environment_has_only_that()
    {
        using Container container = WithHook("/bin/busybox env | /bin/busybox sort >/tmp/seen");
        container.Bundle.Env("GREETING", "hello");
        Hooks(container)[0]!["env"] = new JsonArray("ONE=1", "TWO=2");
        container.Run().Ok();
        // The shell adds some variables itself.
        string[] shells = ["PATH", "PWD", "SHLVL", "_"];
        Assert.Equal(["ONE=1", "TWO=2"], Seen(container).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !shells.Contains(line.Split('=')[0])));
    }

    [Fact]
    [Requirement("config/hooks-order")]
    public void StartContainer_hooks_run_in_order()
    {
        using Container container = WithHook("echo one >>/tmp/seen");
        foreach (string word in (string[])["two", "three"])
            Hooks(container).Add(FaultTests.Hook($"echo {word} >>/tmp/seen")[0]!.DeepClone());
        container.Run().Ok();
        Assert.Equal("one\ntwo\nthree\n", Seen(container));
    }

    [Theory]
    [InlineData("exit 3", "error running startContainer hook #0: exit status 3")]
    [InlineData("exit 255", "error running startContainer hook #0: exit status 255")]
    [InlineData("kill -9 $$", "error running startContainer hook #0: signal: killed")]
    [InlineData("ulimit -c 0; kill -SEGV $$", "error running startContainer hook #0: signal: segmentation fault")]
    public void A_failed_hook_ends_the_container_and_start_reports_it(string script, string words)
    {
        using Container container = WithHook(script, "touch /tmp/program");
        container.Create().Ok();
        Result start = container.Start().Fails();
        Assert.Contains(words + ", stdout: , stderr: \"", start.Stderr, StringComparison.Ordinal);
        Assert.Single(start.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(File.Exists(Path.Combine(Tmp(container), "program")));
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("create", false)]
    [InlineData("run", false)]
    [InlineData("run", true)]
    public void The_error_has_what_the_failed_hook_wrote(string command, bool terminal)
    {
        using Container container = WithHook("echo before; echo earlier >&2");
        // As the user, who may open the streams again.
        Hooks(container).Add(FaultTests.Hook("echo one; echo two >/dev/stdout; printf '\\033[31mred\\n' >/dev/stderr; exit 3")[0]!.DeepClone());
        container.Bundle.Process["terminal"] = terminal;
        container.Bundle.Write();
        const string Words = "error running startContainer hook #1: exit status 3, stdout: one\\ntwo, stderr: ?[31mred\"";
        if (terminal)
        {
            using TerminalUser user = new(container.Runtime.CommandLine("run", "--bundle", container.Bundle.Directory, container.Id));
            user.See(Words);
            Assert.Equal(1, user.Wait());
            Assert.DoesNotContain("before", user.Screen, StringComparison.Ordinal);
        }
        else
        {
            if (command == "create") container.Create().Ok();
            Result result = command == "create" ? container.Start() : container.Run();
            Assert.Contains(Words, result.Fails().Stderr, StringComparison.Ordinal);
            Assert.Equal("", result.Stdout);
        }
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Much_output_neither_stops_a_hook_nor_is_kept(int code)
    {
        using Container container = WithHook($"head -c 1000000 /dev/zero | tr '\\0' o; head -c 300000 /dev/zero | tr '\\0' e >&2; exit {code}", "echo ran");
        Result result = container.Run();
        if (code == 0) Assert.Equal("ran\n", result.Ok().Stdout);
        else
        {
            const int Kept = 2000;
            Assert.Contains($"stdout: {new string('o', Kept)}... ({1_000_000 - Kept} more bytes), stderr: {new string('e', Kept)}... ({300_000 - Kept} more bytes)\"", result.Fails().Stderr, StringComparison.Ordinal);
        }
        Leftovers.AssertNone(container);
    }

    // They hold its output open, and one never stops writing.
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Processes_that_a_hook_leaves_behind_are_not_waited_for(int code)
    {
        using Container container = WithHook($"sleep 100 & while :; do echo spam; done & echo left; exit {code}", "ls /proc/self/fd | cat");
        Result result = container.Run();
        // The fourth is the directory that ls itself reads.
        if (code == 0) Assert.Equal("0\n1\n2\n3\n", result.Ok().Stdout);
        else Assert.Contains("exit status 4, stdout: ", result.Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_hook_that_never_stops_writing_has_its_timeout()
    {
        using Container container = WithHook("while :; do echo spam; done");
        Hooks(container)[0]!["timeout"] = 1;
        Assert.Contains("startContainer hook #0: hook ran past specified timeout of 1.0s\"", container.Run().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // The stage reads the output, and no command needs to be there for it.
    [Fact]
    public void A_start_that_is_killed_does_not_stop_a_hook()
    {
        using Container container = WithHook("touch /tmp/seen; head -c 300000 /dev/zero; sleep 1; head -c 300000 /dev/zero", "touch /tmp/program; sleep 100");
        container.Create().Ok();
        using RunningCommand start = container.Runtime.Start(["start", container.Id]);
        Eventually.True(() => File.Exists(Path.Combine(Tmp(container), "seen")), "the hook runs");
        start.Signal(Libc.SIGKILL);
        Eventually.True(() => File.Exists(Path.Combine(Tmp(container), "program")), "the program runs");
    }

    [Fact]
    public void A_missing_hook_is_named()
    {
        using Container container = WithHook(":");
        Hooks(container)[0]!["path"] = "/not/there";
        container.Create().Ok();
        Assert.Contains("startContainer hook #0: execve(2) on \\\"/not/there\\\": no such file or directory (ENOENT)", container.Start().Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hook_that_exceeds_its_timeout_is_killed()
    {
        using Container container = WithHook("touch /tmp/seen; sleep 60", "touch /tmp/program");
        Hooks(container)[0]!["timeout"] = 1;
        container.Create().Ok();
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Contains("startContainer hook #0: hook ran past specified timeout of 1.0s", container.Start().Fails().Stderr, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 20);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_timeout_has_no_effect_on_a_hook_that_ends_in_time()
    {
        using Container container = WithHook("touch /tmp/seen");
        Hooks(container)[0]!["timeout"] = 20;
        container.Bundle.Shell("echo ran; exit 5");
        Assert.Equal("ran\n", container.Run().Exits(5).Stdout);
    }

    private static Container WithHook(string script, string program = "true")
    {
        Container container = new();
        Directory.CreateDirectory(Tmp(container));
        Bundle bundle = container.Bundle.Shell(program);
        bundle.Config["root"]!["readonly"] = false;
        bundle.Process["user"] = new JsonObject { ["uid"] = User, ["gid"] = User };
        bundle.Config["hooks"] = new JsonObject { ["startContainer"] = FaultTests.Hook(script) };
        return container;
    }

    private static JsonArray Hooks(Container container) => (JsonArray)container.Bundle.Config["hooks"]!["startContainer"]!;

    private static string Tmp(Container container) => Path.Combine(container.Bundle.Rootfs, "tmp");

    private static string Seen(Container container) => File.ReadAllText(Path.Combine(Tmp(container), "seen"));
}
