// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec;
using Runcs.Scheduling;

namespace Runcs.Conformance.Scheduling;

/// <summary>config.md, "Linux Process" (scheduler, ioPriority, execCPUAffinity), and config-linux.md, "Memory policy" and "Personality".</summary>
public class SchedulingPlannerTests
{
    [Theory]
    [InlineData("""{"policy":"SCHED_OTHER"}""", "scheduler SCHED_OTHER flags 0 nice 0 priority 0 runtime 0 deadline 0 period 0")]
    [InlineData("""{"policy":"SCHED_BATCH","nice":-20}""", "scheduler SCHED_BATCH flags 0 nice -20 priority 0 runtime 0 deadline 0 period 0")]
    [InlineData("""{"policy":"SCHED_IDLE","nice":19}""", "scheduler SCHED_IDLE flags 0 nice 19 priority 0 runtime 0 deadline 0 period 0")]
    [InlineData("""{"policy":"SCHED_ISO"}""", "scheduler SCHED_ISO flags 0 nice 0 priority 0 runtime 0 deadline 0 period 0")]
    [InlineData("""{"policy":"SCHED_FIFO","priority":99,"flags":["SCHED_FLAG_RESET_ON_FORK","SCHED_FLAG_UTIL_CLAMP_MAX"]}""",
        "scheduler SCHED_FIFO flags 65 nice 0 priority 99 runtime 0 deadline 0 period 0")]
    [InlineData("""{"policy":"SCHED_RR","priority":1,"flags":["SCHED_FLAG_RECLAIM","SCHED_FLAG_DL_OVERRUN","SCHED_FLAG_UTIL_CLAMP_MIN"]}""",
        "scheduler SCHED_RR flags 38 nice 0 priority 1 runtime 0 deadline 0 period 0")]
    [InlineData("""{"policy":"SCHED_RR","flags":["SCHED_FLAG_KEEP_POLICY","SCHED_FLAG_KEEP_PARAMS"]}""",
        "scheduler SCHED_RR flags 24 nice 0 priority 0 runtime 0 deadline 0 period 0")]
    [InlineData("""{"policy":"SCHED_DEADLINE","runtime":1024,"deadline":2000,"period":0}""",
        "scheduler SCHED_DEADLINE flags 0 nice 0 priority 0 runtime 1024 deadline 2000 period 0")]
    [Requirement("config/scheduler-nice-default", "config/scheduler-priority-default", "config/scheduler-deadline-defaults")]
    public void The_scheduler_is_planned(string scheduler, string line) => Assert.Equal(line + "\n", Describe($$"""{"scheduler":{{scheduler}}}""", "{}"));

    [Theory]
    [InlineData("IOPRIO_CLASS_RT", 0, 1)]
    [InlineData("IOPRIO_CLASS_BE", 7, 2)]
    [InlineData("IOPRIO_CLASS_IDLE", 4, 3)]
    public void The_io_priority_is_planned(string name, int level, int number) =>
        Assert.Equal($"io priority class {number} level {level}\n", Describe($$$"""{"ioPriority":{"class":"{{{name}}}","priority":{{{level}}}}}""", "{}"));

    [Theory]
    [InlineData("""{"mode":"MPOL_DEFAULT"}""", "memory policy MPOL_DEFAULT", 0u)]
    [InlineData("""{"mode":"MPOL_LOCAL"}""", "memory policy MPOL_LOCAL", 4u)]
    [InlineData("""{"mode":"MPOL_PREFERRED"}""", "memory policy MPOL_PREFERRED", 1u)]
    [InlineData("""{"mode":"MPOL_PREFERRED_MANY","nodes":"1"}""", "memory policy MPOL_PREFERRED_MANY 1", 5u)]
    [InlineData("""{"mode":"MPOL_WEIGHTED_INTERLEAVE","nodes":"0,2"}""", "memory policy MPOL_WEIGHTED_INTERLEAVE 0 2", 6u)]
    [InlineData("""{"mode":"MPOL_BIND","nodes":"0-1","flags":["MPOL_F_STATIC_NODES","MPOL_F_NUMA_BALANCING"]}""", "memory policy MPOL_BIND 0 1", 0xa002u)]
    [InlineData("""{"mode":"MPOL_INTERLEAVE","nodes":"0-1","flags":["MPOL_F_RELATIVE_NODES"]}""", "memory policy MPOL_INTERLEAVE 0 1", 0x4003u)]
    public void The_memory_policy_is_planned(string policy, string line, uint mode)
    {
        string linux = $$"""{"memoryPolicy":{{policy}}}""";
        Assert.Equal(line + "\n", Describe("{}", linux));
        Assert.Equal(mode, Plan("{}", linux, out _)!.MemoryPolicy!.Mode);
    }

    [Fact]
    public void Affinity_and_personality_are_planned()
    {
        Assert.Equal("personality 8\n", Describe("{}", """{"personality":{"domain":"LINUX32"}}"""));
        Assert.Equal("personality 0\n", Describe("{}", """{"personality":{"domain":"LINUX","flags":[]}}"""));
        Assert.Equal("exec: initial cpus 0 1\nexec: final cpus 7\n", Describe("""{"execCPUAffinity":{"initial":"0-1","final":"7"}}""", "{}"));
        Assert.Equal("exec: initial cpus\nexec: final cpus\n", Describe("""{"execCPUAffinity":{}}""", "{}"));
        Assert.Null(Plan("{}", "{}", out _));
    }

    [Theory]
    [InlineData("""{"scheduler":{}}""", "process.scheduler.policy: must be ")]
    [InlineData("""{"scheduler":{"policy":"SCHED_NORMAL"}}""", "process.scheduler.policy: must be ")]
    [InlineData("""{"scheduler":{"policy":"SCHED_OTHER","nice":20}}""", "process.scheduler.nice: must be from -20 to 19, got 20")]
    [InlineData("""{"scheduler":{"policy":"SCHED_OTHER","priority":1}}""", "process.scheduler.priority: is for SCHED_FIFO and SCHED_RR only, got 1 for SCHED_OTHER")]
    [InlineData("""{"scheduler":{"policy":"SCHED_FIFO"}}""", "process.scheduler.priority: must be from 1 to 99 for SCHED_FIFO, got 0")]
    [InlineData("""{"scheduler":{"policy":"SCHED_RR","priority":100}}""", "process.scheduler.priority: must be from 1 to 99 for SCHED_RR, got 100")]
    [InlineData("""{"scheduler":{"policy":"SCHED_OTHER","flags":["SCHED_FLAG_RECLAIM","RECLAIM"]}}""", "process.scheduler.flags[1]: unknown flag \"RECLAIM\"")]
    [InlineData("""{"scheduler":{"policy":"SCHED_OTHER","runtime":1}}""", "process.scheduler.runtime: is for SCHED_DEADLINE only")]
    [InlineData("""{"scheduler":{"policy":"SCHED_RR","priority":1,"deadline":1}}""", "process.scheduler.deadline: is for SCHED_DEADLINE only")]
    [InlineData("""{"scheduler":{"policy":"SCHED_IDLE","period":1}}""", "process.scheduler.period: is for SCHED_DEADLINE only")]
    [InlineData("""{"scheduler":{"policy":"SCHED_DEADLINE","runtime":1023,"deadline":2000}}""", "process.scheduler.runtime: must be at least 1024")]
    [InlineData("""{"scheduler":{"policy":"SCHED_DEADLINE","runtime":3000,"deadline":2000}}""", "process.scheduler.deadline: must be at least the runtime, got 2000 below 3000")]
    [InlineData("""{"scheduler":{"policy":"SCHED_DEADLINE","runtime":2000,"deadline":2000,"period":1999}}""", "process.scheduler.period: must be at least the deadline, got 1999 below 2000")]
    [InlineData("""{"ioPriority":{}}""", "process.ioPriority.class: must be ")]
    [InlineData("""{"ioPriority":{"class":"IOPRIO_CLASS_NONE","priority":0}}""", "process.ioPriority.class: must be ")]
    [InlineData("""{"ioPriority":{"class":"IOPRIO_CLASS_BE","priority":8}}""", "process.ioPriority.priority: must be from 0 to 7, got 8")]
    [InlineData("""{"ioPriority":{"class":"IOPRIO_CLASS_BE","priority":-1}}""", "process.ioPriority.priority: must be from 0 to 7, got -1")]
    [InlineData("""{"execCPUAffinity":{"initial":"0-"}}""", "process.execCPUAffinity.initial: \"0-\"")]
    [InlineData("""{"execCPUAffinity":{"final":","}}""", "process.execCPUAffinity.final: there is no number in \",\"")]
    [Requirement("config/scheduler-policy", "config/io-priority-class")]
    public void Invalid_values_in_process_are_reported_by_path(string process, string problem) => AssertProblem(process, "{}", problem);

    [Theory]
    [InlineData("""{"memoryPolicy":{}}""", "linux.memoryPolicy.mode: must be one of ")]
    [InlineData("""{"memoryPolicy":{"mode":"BIND"}}""", "linux.memoryPolicy.mode: must be one of ")]
    [InlineData("""{"memoryPolicy":{"mode":"MPOL_BIND"}}""", "linux.memoryPolicy.nodes: MPOL_BIND takes at least one node")]
    [InlineData("""{"memoryPolicy":{"mode":"MPOL_BIND","nodes":"x"}}""", "linux.memoryPolicy.nodes: \"x\"")]
    [InlineData("""{"memoryPolicy":{"mode":"MPOL_LOCAL","nodes":"0"}}""", "linux.memoryPolicy.nodes: MPOL_LOCAL takes no nodes")]
    [InlineData("""{"memoryPolicy":{"mode":"MPOL_DEFAULT","flags":["F"]}}""", "linux.memoryPolicy.flags[0]: unknown flag \"F\"")]
    [InlineData("""{"memoryPolicy":{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES","MPOL_F_RELATIVE_NODES"]}}""", "linux.memoryPolicy.flags: MPOL_F_STATIC_NODES and")]
    [InlineData("""{"personality":{}}""", "linux.personality.domain: must be LINUX or LINUX32, got \"\"")]
    [InlineData("""{"personality":{"domain":"LINUX64"}}""", "linux.personality.domain: must be LINUX or LINUX32, got \"LINUX64\"")]
    [InlineData("""{"personality":{"domain":"LINUX","flags":["ADDR_NO_RANDOMIZE"]}}""", "linux.personality.flags[0]: the specification defines no flags")]
    [Requirement("config-linux/memory-policy-mode", "config-linux/personality-domain")]
    public void Invalid_values_in_linux_are_reported_by_path(string linux, string problem) => AssertProblem("{}", linux, problem);

    private static void AssertProblem(string process, string linux, string problem)
    {
        Plan(process, linux, out List<string> problems);
        Assert.StartsWith(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    private static string Describe(string process, string linux)
    {
        StringBuilder text = new();
        Plan(process, linux, out List<string> problems)!.Describe(text);
        Assert.Empty(problems);
        return text.ToString();
    }

    private static SchedulingPlan? Plan(string process, string linux, out List<string> problems)
    {
        Config config = Config.Read(Encoding.UTF8.GetBytes($$"""{"process":{{process}},"linux":{{linux}}}"""));
        return SchedulingPlanner.PlanScheduling(config.Process!, config.Linux!, actsOnOthers: true, problems = []);
    }
}
