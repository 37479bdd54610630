// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Concurrent commands on one container: one succeeds, and the other reports why it failed.</summary>
public class ConcurrencyTests
{
    public ConcurrencyTests() => Requires.Root();

    [Fact]
    public void One_of_many_concurrent_starts_succeeds()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Create().Ok();
        Result[] results = AtOnce.Run(8, _ => container.Start());
        Assert.Single(results, result => result.ExitCode == 0);
        Assert.All(results.Where(result => result.ExitCode != 0), result =>
            ErrorMessage.Is("cannot start an already running container", result));
        Assert.Equal("running", container.Status);
    }

    [Fact]
    [Requirement("runtime/state-id-unique", "runtime/create-id-taken")]
    public void One_of_many_concurrent_creates_succeeds()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Write();
        Result[] results = AtOnce.Run(8, _ => container.Runtime.Run("create", "--bundle", container.Bundle.Directory, container.Id));
        Assert.Single(results, result => result.ExitCode == 0);
        Assert.All(results.Where(result => result.ExitCode != 0), result =>
            Assert.StartsWith("container with given ID already exists", ErrorMessage.Of(result), StringComparison.Ordinal));
        Assert.Equal("created", container.Status);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Kill_against_delete_ends_in_one_of_two_ways()
    {
        Requires.Runcs();
        for (int round = 0; round < 10; round++)
        {
            using Container container = new();
            container.Bundle.Args("/bin/sleep", "100");
            container.Up();
            Result[] results = AtOnce.Run(2, at => at == 0 ? container.Kill("KILL") : container.Delete("--force"));
            results[1].Ok();
            if (results[0].ExitCode != 0)
                Assert.Matches("^container (not running|does not exist)(: |$)", ErrorMessage.Of(results[0]));
            Leftovers.AssertNone(container);
        }
    }

    // At any moment of exec at which delete comes, exec reports one of these errors, or its program is killed, and
    // nothing is left.
    [Fact]
    public void Exec_against_delete_leaves_nothing()
    {
        Requires.Runcs();
        const int Rounds = 30, Killed = 137, Refused = 255;
        for (int round = 0; round < Rounds; round++)
        {
            // Few: the process of a detached exec is reaped by the machine's init, and no pid namespace ends before that.
            bool detached = round % 10 == 9;
            string[] flags = detached ? ["--detach"] : [];
            using Container container = new();
            container.Bundle.Args("/bin/sleep", "100");
            container.Up();
            Result[] results = AtOnce.Run(3, at =>
            {
                if (at > 0) return container.Runtime.Run(["exec", .. flags, container.Id, "/bin/sleep", "100"]);
                // From before the exec until well within it.
                Thread.Sleep(TimeSpan.FromMilliseconds(round * 0.5));
                return container.Delete("--force");
            });
            results[0].Ok();
            foreach (Result exec in results[1..])
            {
                if (exec.ExitCode == (detached ? 0 : Killed)) continue;
                string message = exec.Exits(Refused).Stderr;
                Assert.True(((string[])["container does not exist", "cannot exec in a stopped container", "the process was killed by signal 9", "cgroup"]).Any(expected => message.Contains(expected, StringComparison.Ordinal)), message);
            }
            Leftovers.AssertNone(container);
        }
    }

    [Fact]
    public void Concurrent_deletes_leave_nothing()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        Assert.All(AtOnce.Run(6, _ => container.Delete("--force")), result => result.Ok());
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Delete_waits_for_a_create_that_takes_its_time()
    {
        Requires.Runcs();
        using Container container = SlowlyCreated(container => $"echo up > {container.Path("mark")}; sleep 1");
        Result[] results = AtOnce.Run(2, at => at == 0 ? container.Create() : WaitThen(container, () => container.Delete()));
        results[0].Ok();
        results[1].Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/state-status")]
    public void During_create_the_status_is_creating()
    {
        Requires.Runcs();
        using Container container = SlowlyCreated(container => $"echo up > {container.Path("mark")}; while test -e {container.Path("mark")}; do sleep 0.05; done");
        string status = "";
        AtOnce.Run(2, at => at == 0 ? container.Create() : WaitThen(container, () =>
        {
            Result result = container.Runtime.Run("state", container.Id);
            File.Delete(container.Path("mark"));
            status = (string)JsonNode.Parse(result.Ok().Stdout)!["status"]!;
            return result;
        }));
        Assert.Equal("creating", status);
        Assert.Equal("created", container.Status);
    }

    [Fact]
    public void A_command_that_waits_too_long_for_create_reports_it()
    {
        Requires.Runcs();
        using Container container = SlowlyCreated(container => $"echo up > {container.Path("mark")}; sleep 8");
        Result[] results = AtOnce.Run(2, at => at == 0 ? container.Create() : WaitThen(container, () => container.Start()));
        results[0].Ok();
        string message = ErrorMessage.Of(results[1]);
        Assert.Contains("is busy: process ", message, StringComparison.Ordinal);
        Assert.Contains(" create ", message, StringComparison.Ordinal);
    }

    private static Container SlowlyCreated(Func<Container, string> script)
    {
        Container container = new();
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["createRuntime"] = new JsonArray(new JsonObject
            {
                ["path"] = "/bin/sh",
                ["args"] = new JsonArray("sh", "-c", script(container)),
                ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
            }),
        };
        return container;
    }

    private static Result WaitThen(Container container, Func<Result> then)
    {
        Eventually.True(() => File.Exists(container.Path("mark")), "the hook does not run");
        return then();
    }
}
