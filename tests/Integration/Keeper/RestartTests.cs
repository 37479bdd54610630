// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>run --supervise --restart</c>, and how users stop it.</summary>
public class RestartTests
{
    public RestartTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Theory]
    [InlineData("no", 0, 5)]
    [InlineData("on-failure:2", 2, 5)]
    [InlineData("on-failure", 2, 0)]
    public void The_policy_is_kept(string policy, int restarts, int code)
    {
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Bundle.Shell($"echo run; echo x >> /runs; [ $(wc -l < /runs) -gt {restarts} ] && exit {code}; exit 5");
        container.Run("--supervise", "--restart", policy).Ok();
        Assert.Equal($"{code}\n", container.Wait().Exits(code).Stdout);
        JsonNode keeper = container.Keeper();
        Assert.Equal(policy, (string)keeper["restartPolicy"]!);
        Assert.Equal(restarts, (int)keeper["restartCount"]!);
        Assert.Equal(string.Concat(Enumerable.Repeat("run\n", restarts + 1)), container.Logs().Ok().Stdout);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    /// <summary>Each start is a new container with the old one's id: hooks run, namespaces and cgroups are new.</summary>
    [Fact]
    public void Hooks_run_for_each()
    {
        using Container container = new();
        string file = container.Path("hooks");
        container.Bundle.Shell("exit 1").Config["hooks"] = new JsonObject { ["createRuntime"] = Hook("create"), ["poststart"] = Hook("start"), ["poststop"] = Hook("stop") };
        container.Run("--supervise", "--restart", "on-failure:1").Ok();
        container.Wait().Exits(1);
        container.Delete().Ok();
        Assert.Equal(["create", "start", "stop", "create", "start", "stop"], File.ReadAllLines(file));
        Leftovers.AssertNone(container);

        JsonArray Hook(string word) => new(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", $"echo {word} >> {file}") });
    }

    /// <summary>Neither wait nor attach takes the end of the run before for the last one, at no step of the next start.</summary>
    [Theory]
    [InlineData("createRuntime")]
    [InlineData("startContainer")]
    [InlineData("poststart")]
    public void While_it_is_started_again_it_has_not_ended(string hook)
    {
        using Container container = new();
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName, file = $"{shared}/hook";
        container.Bundle.Mount(shared, "bind", shared, "bind").Shell($"[ -e {file}.program ] && exit 4; touch {file}.program; exit 3").Config["hooks"] = new JsonObject
        {
            [hook] = new JsonArray(new JsonObject
            {
                ["path"] = "/bin/sh",
                ["args"] = new JsonArray("sh", "-c", $"[ -e {file}.1 ] || {{ touch {file}.1; exit; }}; touch {file}.2; while [ ! -e {file}.go ]; do sleep 0.02; done"),
            }),
        };
        container.Run("--supervise", "--restart", "on-failure:1").Ok();
        Eventually.True(() => File.Exists($"{file}.2"), "not started again");
        using RunningCommand attach = container.Attach("--sig-proxy=false"), wait = container.Runtime.Start("wait", container.Id);
        Thread.Sleep(200);
        File.WriteAllText($"{file}.go", "");
        Assert.Equal("4\n", wait.Wait().Exits(4).Stdout);
        attach.Wait().Exits(4);
        container.Delete().Ok();
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    public void Kill_ends_it_for_good(string signal, int code)
    {
        using Container container = new();
        container.Bundle.Namespace("pid").Args("sleep", "1000");
        container.Run("--supervise", "--restart", "always").Ok();
        int keeper = container.KeeperPid();
        container.Kill("USR1").Ok();
        Eventually.True(() => (int)container.Keeper()["restartCount"]! == 1 && container.Status == "running", "not started again");
        container.Kill(signal).Ok();
        Assert.Equal($"{code}\n", container.Wait().Exits(code).Stdout);
        Kept.WaitForEnd(keeper);
        Assert.Equal("stopped", container.Status);
        container.Delete().Ok();
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("delete")]
    [InlineData("delete --force")]
    public void It_is_ended_while_it_waits_for_the_next_start(string command)
    {
        using Container container = Kept.Supervise("exit 3", "--restart", "always");
        int keeper = container.KeeperPid();
        // The fifth pause takes 1.6 seconds.
        Eventually.True(() => (bool?)container.Keeper()["restarting"] == true && (int)container.Keeper()["restartCount"]! >= 4, "does not wait");
        using RunningCommand waiter = container.Runtime.Start("wait", container.Id);
        Thread.Sleep(50);
        container.Runtime.Run([.. command.Split(' '), container.Id]).Ok();
        Assert.Equal("3\n", waiter.Wait().Exits(3).Stdout);
        Kept.WaitForEnd(keeper);
        if (command == "kill") container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void An_attacher_stays_through_the_starts()
    {
        using Container container = Kept.Supervise("read a; echo \"<$a>\"; exit 1", "-i", "--restart", "on-failure:1");
        using RunningCommand attach = container.Attach();
        attach.Write("one\n");
        attach.WaitForStdout("<one>");
        Eventually.True(() => (int)container.Keeper()["restartCount"]! == 1 && container.Status == "running", "not started again");
        attach.Write("two\n");
        Assert.Equal("<one>\n<two>\n", attach.Wait().Exits(1).Stdout);
    }

    /// <summary>The bundle is gone: the reason is in the state, and wait does not wait.</summary>
    [Fact]
    public void A_start_that_fails_is_reported()
    {
        using Container container = Kept.Supervise("read a; exit 7", "-i", "--restart", "always");
        File.Delete(container.Bundle.ConfigPath);
        using RunningCommand attach = container.Attach();
        attach.Write("\n");
        attach.Wait().Exits(7);
        container.Wait().Exits(7);
        Assert.Contains("restart: JSON specification file config.json not found", (string)container.Keeper()["error"]!, StringComparison.Ordinal);
        Assert.Equal("stopped", container.Status);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Terminals_are_made_anew()
    {
        // When the leader of a session exits, the kernel discards what it has not passed on yet (tty_ldisc_hangup()).
        using Container container = Kept.Supervise(terminal: true, "tty; sleep 0.5; exit 1", "--restart", "on-failure:2");
        container.Wait().Exits(1);
        Assert.Equal("/dev/pts/0\r\n/dev/pts/0\r\n/dev/pts/0\r\n", container.Logs().Ok().Stdout);
    }
}
