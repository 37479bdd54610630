// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Each call of create with an effect is made to fail, then its process is killed there, then the runtime: nothing may be
/// left, and the error is one line. The calls are those traced in a successful run.
/// </summary>
public class FaultTests
{
    public FaultTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    [Requirement("runtime/errors-leave-nothing", "runtime/lifecycle-environment-error")]
    public void A_failed_call_of_create_is_reported_in_one_line_and_rolled_back() => Create(Rich).Strike(Fault.Error);

    [Fact]
    public void A_process_of_create_that_is_killed_is_undone_or_cleaned_up() => Create(Rich).Strike(Fault.KillCaller);

    [Fact]
    public void A_create_that_is_killed_is_cleaned_up_wherever_its_init_was() => Create(Rich).Strike(Fault.KillCommand);

    [Fact]
    public void A_failed_call_of_create_with_a_user_namespace_is_reported_in_one_line_and_rolled_back() => Create(Mapped, FaultPoints.OneOfEach).Strike(Fault.Error);

    [Fact]
    public void A_process_of_create_with_a_user_namespace_that_is_killed_is_undone_or_cleaned_up() => Create(Mapped, FaultPoints.OneOfEach).Strike(Fault.KillCaller);

    [Fact]
    public void A_process_on_the_way_into_joined_namespaces_and_a_user_namespace_that_is_killed_is_undone_or_cleaned_up() =>
        Create(static container => { Mapped(container); container.Bundle.Namespace("network", $"/proc/{Environment.ProcessId}/ns/net"); }, FaultPoints.OneOfEach).Strike(Fault.KillCaller);

    [Fact]
    public void A_failed_call_of_create_of_an_ordinary_user_is_reported_in_one_line_and_rolled_back() => Create(Rootless, AfterTheUserIs).Strike(Fault.Error);

    [Fact]
    public void A_process_of_create_of_an_ordinary_user_that_is_killed_is_undone_or_cleaned_up() => Create(Rootless, AfterTheUserIs).Strike(Fault.KillCaller);

    // The signals by which a user stops a command.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(15)]
    public void A_signal_while_a_hook_runs_undoes_create(int signal)
    {
        using Container container = new();
        string sign = container.Path("hook");
        container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = Hook($"touch {sign}; sleep 60") };
        container.Bundle.Write();
        using RunningCommand create = container.Runtime.Start("create", "--bundle", container.Bundle.Directory, container.Id);
        Eventually.True(() => File.Exists(sign), "the hook runs");
        create.Signal(signal);
        Result result = create.Wait().Fails();
        Assert.Single(result.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_killed_create_kills_its_hook_no_later_than_itself_is_cleaned_up()
    {
        using Container container = new();
        string sign = container.Path("hook");
        container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = Hook($"echo $$ >{sign}.new; mv {sign}.new {sign}; exec sleep 60") };
        container.Bundle.Write();
        using RunningCommand create = container.Runtime.Start("create", "--bundle", container.Bundle.Directory, container.Id);
        Eventually.True(() => File.Exists(sign), "the hook runs");
        create.Signal(Libc.SIGKILL);
        string hook = $"/proc/{File.ReadAllText(sign).Trim()}/exe";
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
        Eventually.True(() => !File.Exists(hook), "the hook is gone");
    }

    internal static JsonArray Hook(string script) => new(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script) });

    internal static CommandFaults Create(Action<Container> shape, Func<IEnumerable<TracedCall>, IReadOnlyList<TracedCall>>? points = null) => new()
    {
        Shape = shape,
        Points = points ?? FaultPoints.Of,
        Command = container => ["create", "--bundle", container.Bundle.Directory, "--pid-file", container.Path("pid"), container.Id],
        Prepare = container => File.Delete(container.Path("pid")),
        Undoes = true,
    };

    private static void Mapped(Container container)
    {
        UserMaps.Add(container);
        container.Bundle.Args("/bin/sleep", "100").Mount("/mnt", "bind", "/tmp", "rbind", "ro");
        container.Bundle.Process["oomScoreAdj"] = 100;
        foreach (string kind in (string[])["time", "cgroup"])
            ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = kind });
        container.Bundle.Linux["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 5 } };
    }

    // The first program only becomes the user, and then executes the runtime.
    private static IReadOnlyList<TracedCall> AfterTheUserIs(IEnumerable<TracedCall> calls) =>
        FaultPoints.OneOfEach(calls.SkipWhile(static call => call.Name != "execve").Skip(1));

    // With its own id alone: an unprivileged tracer takes the privilege from newuidmap(1).
    private static void Rootless(Container container)
    {
        OrdinaryUser.Default.Adopt(container);
        container.Bundle.Args("/bin/sleep", "100").Mount("/mnt", "bind", "/tmp", "rbind", "ro");
        container.Bundle.Process["oomScoreAdj"] = 100;
        container.Bundle.Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_BATCH" };
        foreach (string kind in (string[])["time", "cgroup", "network"])
            ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = kind });
        container.Bundle.Linux["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 5 } };
    }

    // Many features: limits early and late, rlimits, a kernel parameter, a bind, a copied-up tmpfs.
    internal static void Rich(Container container)
    {
        Bundle bundle = container.Bundle.Args("/bin/sleep", "100").Mount("/mnt", "bind", "/tmp", "rbind", "ro").Mount("/etc", "tmpfs", "tmpfs", "tmpcopyup");
        bundle.Process["oomScoreAdj"] = 100;
        bundle.Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_BATCH" };
        bundle.Process["ioPriority"] = new JsonObject { ["class"] = "IOPRIO_CLASS_BE", ["priority"] = 4 };
        bundle.Linux["memoryPolicy"] = new JsonObject { ["mode"] = "MPOL_LOCAL" };
        bundle.Linux["personality"] = new JsonObject { ["domain"] = "LINUX32" };
        // Not one of net.ipv4.conf or ip_forward: while others hold the RTNL lock, the kernel restarts their write(2) again and again.
        bundle.Linux["sysctl"] = new JsonObject { ["net.core.somaxconn"] = "128" };
        bundle.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = 64 << 20 };
        bundle.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 100 };
    }
}
