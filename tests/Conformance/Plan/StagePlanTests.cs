// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Credentials;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Seccomp;

namespace Runcs.Conformance.Plan;

/// <summary>The order of the exec stage: of a container, which create and run share, and of exec.</summary>
public class StagePlanTests
{
    private const string Pod = "/proc/1/ns/pid";

    private static readonly (string Name, Action<Config> Shape)[] _settings =
    [
        ("seccomp", static config => config.Linux!.Seccomp = Filter()),
        ("listener", static config =>
        {
            config.Linux!.Seccomp = Filter("SCMP_ACT_NOTIFY");
            config.Linux.Seccomp.ListenerPath = "/run/agent";
        }),
        ("privileged", static config => config.Process!.NoNewPrivileges = false),
        ("labels", static config => (config.Process!.ApparmorProfile, config.Process.SelinuxLabel) = ("profile", "label")),
        ("user namespace", static config =>
        {
            Add(config, "user");
            config.Linux!.UidMappings = config.Linux.GidMappings = [new() { ContainerID = 0, HostID = 100000, Size = 65536 }];
        }),
        ("joined pid namespace", static config => Add(config, "pid", Pod)),
        ("hooks", static config => config.Hooks = new() { StartContainer = [new() { Path = "/bin/one" }, new() { Path = "/bin/two" }] }),
        ("terminal", static config => config.Process!.Terminal = true),
        ("limits", static config => config.Process!.Rlimits =
            [new() { Type = "RLIMIT_NPROC", Soft = 1, Hard = 2 }, new() { Type = "RLIMIT_NOFILE", Soft = 3, Hard = 4 }]),
        ("memory limit", static config => config.Linux!.Resources = new() { Memory = new() { Limit = 1 << 20 } }),
        ("no process", static config => config.Process = null),
        ("scheduler", static config => config.Process!.Scheduler = new() { Policy = "SCHED_BATCH" }),
        ("cpus", static config => config.Process!.ExecCPUAffinity = new() { Final = "0" }),
    ];

    // Cases in which one setting moves a step of another.
    private static readonly string[] _cases =
    [
        "", "seccomp", "seccomp, privileged", "listener", "listener, privileged", "labels", "user namespace", "joined pid namespace", "hooks", "terminal",
        "limits", "memory limit", "scheduler",
        "joined pid namespace, seccomp", "joined pid namespace, seccomp, privileged", "joined pid namespace, listener", "joined pid namespace, listener, privileged",
        "joined pid namespace, terminal, limits", "joined pid namespace, user namespace, limits", "user namespace, limits, listener, privileged",
        "memory limit, seccomp, hooks", "memory limit, listener", "memory limit, user namespace", "hooks, seccomp", "hooks, listener", "hooks, joined pid namespace, seccomp, privileged",
        "labels, joined pid namespace, listener, privileged, hooks, terminal, limits, memory limit, scheduler",
    ];

    [Fact]
    public void The_stages_order_for_create_and_run() => Snapshot.Verify(Describe(static config => StagePlanner.PlanContainer(Container(config)), [.. _cases, "no process", "no process, joined pid namespace, listener, hooks"]));

    [Fact]
    public void The_stages_order_for_run_at_once() => Snapshot.Verify(Describe(static config => StagePlanner.PlanContainer(Container(config), waits: false), ["", "seccomp", "labels", "limits"]));

    [Theory]
    [InlineData("", true)]
    [InlineData("seccomp, privileged", true)]
    [InlineData("labels, limits", true)]
    [InlineData("user namespace", true)]
    [InlineData("user namespace, limits", false)]
    [InlineData("listener", false)]
    [InlineData("joined pid namespace", false)]
    [InlineData("hooks", false)]
    [InlineData("scheduler", false)]
    [InlineData("no process", false)]
    public void The_stage_of_run_waits_if_the_parent_or_a_hook_acts(string settings, bool atOnce) => Assert.Equal(atOnce, StagePlanner.CanStartAtOnce(Container(Shaped(settings))));

    [Fact]
    public void The_stages_order_for_exec() => Snapshot.Verify(Describe(static config => Exec(config, parentActs: false)));

    [Fact]
    public void The_stages_order_for_exec_whose_parent_acts() => Snapshot.Verify(Describe(static config => Exec(config, parentActs: true), ["", "listener", "joined pid namespace, listener, privileged"]));

    [Fact]
    public void The_stages_order_for_exec_whose_parent_prepares_it()
    {
        StringBuilder text = new();
        StagePlanner.PlanExec(Plan(Shaped("terminal")), new ExecFacts(CloneFlags.CLONE_NEWNS, Chroots: false, NoNewKeyring: false, ParentPrepares: true, ParentActs: false)).Describe(text);
        Snapshot.Verify(text.ToString());
    }

    [Fact]
    public void The_stages_order_for_exec_into_the_hosts_mount_namespace()
    {
        Config config = Shaped("user namespace");
        StringBuilder text = new();
        StagePlanner.PlanExec(Plan(config), new ExecFacts(CloneFlags.CLONE_NEWUSER, Chroots: true, NoNewKeyring: true, ParentPrepares: false, ParentActs: false)).Describe(text);
        Snapshot.Verify(text.ToString());
    }

    // A filter may refuse the call. A container has all of them although its added processes have not.
    [Fact]
    public void A_process_may_use_all_cpus_before_it_waits_or_is_filtered()
    {
        foreach (string settings in (string[])[.. _cases, "cpus"])
        {
            StagePlan container = StagePlanner.PlanContainer(Container(Shaped(settings))), exec = Exec(Shaped(settings), parentActs: true);
            foreach (StagePlan plan in settings == "cpus" ? [container] : (StagePlan[])[container, exec])
            {
                StageOperation[] operations = [.. plan.Actions.Select(static action => action.Operation)];
                StageOperation[] later = [.. operations.SkipWhile(static operation => operation != StageOperation.UseAllCpus).Skip(1)];
                foreach (StageOperation follower in (StageOperation[])[StageOperation.LoadFilter, StageOperation.Wait, StageOperation.RunHook, StageOperation.RunFilteredHook, StageOperation.ReportReady])
                    Assert.Equal(operations.Count(operation => operation == follower), later.Count(operation => operation == follower));
                Assert.DoesNotContain(StageOperation.UseAllCpus, later);
                Assert.Contains(StageOperation.ReportReady, later);
            }
        }
        Assert.False(Exec(Shaped("cpus"), parentActs: true).Has(StageOperation.UseAllCpus));
        // A hook may have chosen others for it.
        Assert.False(StagePlanner.PlanContainer(Container(Shaped("")), onOneCpu: false).Has(StageOperation.UseAllCpus));
    }

    private static string Describe(Func<Config, StagePlan> plan, string[]? cases = null)
    {
        StringBuilder text = new();
        foreach (string name in cases ?? _cases)
        {
            text.Append("# ").Append(name.Length == 0 ? "plain" : name).Append('\n');
            plan(Shaped(name)).Describe(text);
            text.Append('\n');
        }
        return text.ToString();
    }

    private static Config Shaped(string settings)
    {
        Config config = new()
        {
            OciVersion = "1.2.0",
            Process = new() { Args = ["true"], Cwd = "/", NoNewPrivileges = true },
            Root = new() { Path = "rootfs" },
            Linux = new() { Namespaces = [new() { Type = "mount" }, new() { Type = "pid" }] },
        };
        foreach (string name in settings.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            _settings.Single(setting => setting.Name == name).Shape(config);
        return config;
    }

    private static ContainerPlan Container(Config config)
    {
        List<string> problems = [];
        ContainerPlan? plan = Planner.TryPlan([], config, [], "id", "/bundle", Plans.Host with { Labels = Labels() }, problems, []);
        Assert.Empty(problems);
        return plan!;
    }

    private static StagePlan Exec(Config config, bool parentActs)
    {
        CloneFlags namespaces = CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWPID;
        if (config.Linux!.Namespaces.Any(named => named.Type == "user"))
            namespaces |= CloneFlags.CLONE_NEWUSER;
        return StagePlanner.PlanExec(Plan(config), new ExecFacts(namespaces, Chroots: false, NoNewKeyring: false, ParentPrepares: false, parentActs));
    }

    private static ExecPlan Plan(Config config)
    {
        List<string> problems = [];
        ExecPlan plan = ExecPlanner.PlanExec(config.Process!, config.Linux!, "/bundle", ProgramRights.All, Labels(), new SeccompFacts(), problems, []);
        Assert.Empty(problems);
        return plan;
    }

    private static LsmFacts Labels() => new(HasAppArmor: true, HasSelinux: true);

    private static LinuxSeccomp Filter(string action = "SCMP_ACT_ERRNO") => new()
    {
        DefaultAction = "SCMP_ACT_ALLOW",
        Syscalls = [new() { Names = ["swapon"], Action = action }],
    };

    private static void Add(Config config, string type, string path = "") => config.Linux!.Namespaces =
        [.. config.Linux.Namespaces.Where(named => named.Type != type), new() { Type = type, Path = path }];
}
