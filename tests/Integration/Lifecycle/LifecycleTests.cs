// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>runtime.md, "Lifecycle" and "Operations".</summary>
[OnAnyRuntime]
public class LifecycleTests
{
    public LifecycleTests() => Requires.Root();

    [Fact]
    [Requirement("runtime/own-operations", "runtime/operations", "runtime/create-creates", "runtime/lifecycle-program",
        "runtime/start-runs", "runtime/lifecycle-destroyed", "runtime/delete-resources", "runtime/state-status",
        "runtime/status-additional")]
    [InGuest]
    public void A_container_is_created_then_running_then_stopped_then_gone()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Create().Ok();
        Assert.Equal("created", container.Status);
        container.Start().Ok();
        Assert.Equal("running", container.Status);
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        Assert.Equal(0, container.Pid);
        container.Delete().Ok();
        ErrorMessage.Is("container does not exist", container.Runtime.Run("state", container.Id));
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/lifecycle-program-waits", "runtime/create-args", "runtime/start-runs")]
    public void The_program_waits_for_the_start()
    {
        using Container container = new();
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName;
        container.Bundle.Mount("/tmp", "bind", shared, "bind").Shell("echo started > /tmp/mark");
        container.Create().Ok();
        Thread.Sleep(100);
        Assert.False(File.Exists(Path.Combine(shared, "mark")));
        container.Start().Ok();
        container.WaitForStatus("stopped");
        Assert.Equal("started\n", File.ReadAllText(Path.Combine(shared, "mark")));
    }

    [Fact]
    [Requirement("runtime/state-ociversion", "runtime/state-id", "runtime/state-status", "runtime/state-bundle", "runtime/state-schema",
        "runtime/state-returns")]
    public void State_is_written_as_engines_read_it()
    {
        using Container container = new();
        container.Bundle.Config["annotations"] = new JsonObject { ["z"] = "last", ["a"] = "<&>" };
        container.Create().Ok();
        string text = container.Runtime.Run("state", container.Id).Ok().Stdout;
        Snapshot.Verify(Scrub.Pids(container.Scrub(text)).Replace((string)JsonNode.Parse(text)!["ociVersion"]!, "{version}", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("runtime/state-pid")]
    public void The_pid_in_the_state_is_the_containers_first_process()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        // runc's start returns before the execve.
        Eventually.True(() => File.ReadAllText($"/proc/{container.Pid}/cmdline").StartsWith("/bin/sleep", StringComparison.Ordinal), "it is another");
    }

    [Fact]
    public void The_pid_file_holds_the_pid_and_no_line_end()
    {
        using Container container = new();
        container.Create("--pid-file", container.Path("pid")).Ok();
        Assert.Equal(container.Pid.ToString(), File.ReadAllText(container.Path("pid")));
    }

    [Fact]
    public void Relative_paths_are_the_callers()
    {
        using Container container = new();
        container.Bundle.Write();
        string above = Path.GetDirectoryName(container.Bundle.Directory)!;
        container.Runtime.Run(new Options { WorkingDirectory = above }, "create", "--bundle", "bundle", "--pid-file", "pid", container.Id).Ok();
        Assert.Equal(container.Pid.ToString(), File.ReadAllText(Path.Combine(above, "pid")));
        Assert.Equal(container.Bundle.Directory, (string)container.State()["bundle"]!);
    }

    [Fact]
    [Requirement("bundle/config-json")]
    public void The_bundle_is_the_working_directory_unless_it_is_named()
    {
        using Container container = new();
        container.Bundle.Write();
        container.Runtime.Run(new Options { WorkingDirectory = container.Bundle.Directory }, "create", container.Id).Ok();
        Assert.Equal("created", container.Status);
    }

    [Fact]
    [Requirement("runtime/lifecycle-config-changes")]
    public void Changes_to_the_bundle_after_create_have_no_effect()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Create().Ok();
        File.Delete(container.Bundle.ConfigPath);
        container.Start().Ok();
        Assert.Equal("running", container.Status);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/state-id-unique", "runtime/create-id-taken")]
    public void An_id_is_taken_once()
    {
        using Container container = new();
        container.Create().Ok();
        ErrorMessage.Is("container with given ID already exists", container.Create());
        Assert.Equal("created", container.Status);
    }

    [Fact]
    [Requirement("runtime/start-not-created")]
    public void A_running_container_is_not_started_again()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        ErrorMessage.Is("cannot start an already running container", container.Start());
        Assert.Equal("running", container.Status);
    }

    [Fact]
    [Requirement("runtime/start-not-created")]
    public void A_stopped_container_is_not_started_again()
    {
        using Container container = new();
        container.Up();
        container.WaitForStatus("stopped");
        ErrorMessage.Is("cannot start a container that has stopped", container.Start());
    }

    [Fact]
    public void A_container_that_died_before_its_start_is_stopped()
    {
        using Container container = new();
        container.Create().Ok();
        Assert.Equal(0, Libc.kill(container.Pid, Libc.SIGKILL));
        container.WaitForStatus("stopped");
        ErrorMessage.Is("cannot start a container that has stopped", container.Start());
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [InGuest]
    public void Start_reports_that_the_program_cannot_be_executed()
    {
        Requires.Runcs(); // runc's start returns before the failure
        using Container container = new();
        container.Bundle.Put("/bin/garbage", "\u0001\u0002\u0003", executable: true);
        container.Bundle.Args("/bin/garbage");
        container.Create().Ok();
        Assert.EndsWith("exec: \"/bin/garbage\": exec format error: it is neither a program for this machine nor a script that begins with #!", ErrorMessage.Of(container.Start()), StringComparison.Ordinal);
        container.WaitForStatus("stopped");
        container.Delete().Ok();
    }

    [Theory]
    [Requirement("runtime/state-of-nothing")]
    [InlineData("state")]
    [InlineData("start")]
    [InlineData("kill")]
    [InlineData("delete")]
    public void Commands_on_a_missing_container_fail(string verb)
    {
        using Container container = new();
        ErrorMessage.Is("container does not exist", container.Runtime.Run(verb, container.Id));
    }

    [Theory]
    [Requirement("runtime/create-id-invalid")]
    [InlineData("create")]
    [InlineData("run")]
    [InlineData("state")]
    [InlineData("start")]
    [InlineData("kill")]
    [InlineData("delete")]
    public void A_bad_id_is_refused(string verb)
    {
        using Container container = new();
        container.Bundle.Write();
        Options inBundle = new() { WorkingDirectory = container.Bundle.Directory };
        Assert.All((string[])["../x", "..", ".", "a/b", "a b", "/etc"], id =>
            ErrorMessage.Is("invalid container ID format", container.Runtime.Run(inBundle, verb, id)));
        Assert.Equal("container id cannot be empty", ErrorMessage.Of(container.Runtime.Run(inBundle, verb, "")));
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("true", 0)]
    public void Run_ends_as_the_program_does(string script, int code)
    {
        using Container container = new();
        // pid 1 of a pid namespace ignores its own signals, pid_namespaces(7).
        container.Bundle.Namespace("pid").Shell(script);
        container.Run().Exits(code);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Run_may_keep_the_container()
    {
        using Container container = new();
        container.Bundle.Shell("exit 3");
        container.Run("--keep").Exits(3);
        Assert.Equal("stopped", container.Status);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_in_the_foreground_is_subreaper_unless_disabled(bool adopts)
    {
        using Container container = new();
        container.Bundle.Namespace("pid").Shell("sh -c 'sleep 100 & echo $! $$ .'; exec sleep 100");
        using RunningCommand run = adopts ? container.StartRun() : container.StartRun("--no-subreaper");
        run.WaitForStdout(".");
        string[] pids = run.Stdout.Split(' ');
        Eventually.True(() => Parent(pids[0]) != pids[1], () => run.Stdout);
        Assert.Equal(adopts, Parent(pids[0]) == run.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture));
        container.Delete("--force").Ok();
        run.Wait();
        Leftovers.AssertNone(container);
    }

    private static string Parent(string pid) =>
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))["PPid:".Length..].Trim();

    [Fact]
    public void Run_may_leave_the_container_alone()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Run("--detach", "--pid-file", container.Path("pid")).Ok();
        Assert.Equal("running", container.Status);
        Assert.Equal(container.Pid.ToString(), File.ReadAllText(container.Path("pid")));
    }

    [Fact]
    public void A_container_in_the_foreground_can_be_looked_at_and_deleted()
    {
        using Container container = new();
        container.Bundle.Shell("echo up; exec sleep 100");
        using RunningCommand run = container.StartRun();
        run.WaitForStdout("up");
        Assert.Equal("running", container.Status);
        container.Delete("--force").Ok();
        Assert.Equal(137, run.Wait().ExitCode);
        Leftovers.AssertNone(container);
    }
}
