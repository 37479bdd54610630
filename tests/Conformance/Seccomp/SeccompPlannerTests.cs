// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;
using Runcs.Seccomp;

namespace Runcs.Conformance.Seccomp;

public class SeccompPlannerTests
{
    private const uint LogFlag = 2, SpecAllow = 4, NewListener = 8, WaitKillable = 32;

    public static TheoryData<string> WithoutErrno => [.. SeccompAction.Names.Where(name => name is not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE"))];

    [Fact]
    public void Without_a_profile_there_is_no_filter() => Assert.Null(SeccompPlanner.PlanSeccomp(null, "/bundle", new SeccompFacts(HasWaitKillable: true), [], []));

    [Fact]
    [Requirement("config-linux/seccomp-default-action")]
    public void A_default_action_must_be_there() => Problem("linux.seccomp.defaultAction: is required", new LinuxSeccomp());

    [Theory]
    [Requirement("config-linux/seccomp-default-errno", "config-linux/seccomp-errno")]
    [MemberData(nameof(WithoutErrno))]
    public void An_errno_belongs_to_an_action_that_returns_it(string action)
    {
        if (action != "SCMP_ACT_NOTIFY")
            Problem($"linux.seccomp.defaultErrnoRet: {action} has no errno to return", new LinuxSeccomp { DefaultAction = action, DefaultErrnoRet = 2 });
        LinuxSeccomp profile = Profile(new LinuxSyscall { Names = ["mkdir"], Action = action, ErrnoRet = 0 });
        profile.ListenerPath = "/agent";
        Problem($"linux.seccomp.syscalls[0].errnoRet: {action} has no errno to return", profile);
    }

    [Theory]
    [InlineData("SCMP_ACT_ERRNO")]
    [InlineData("SCMP_ACT_TRACE")]
    public void An_errno_has_16_bits(string action)
    {
        Plan(Profile(new LinuxSyscall { Names = ["mkdir"], Action = action, ErrnoRet = 65535 }));
        Problem("linux.seccomp.syscalls[0].errnoRet: must be from 0 to 65535, got 65536", Profile(new LinuxSyscall { Names = ["mkdir"], Action = action, ErrnoRet = 65536 }));
    }

    [Fact]
    [Requirement("config-linux/seccomp-names", "config-linux/seccomp-names-one")]
    public void A_rule_names_a_call()
    {
        Problem("linux.seccomp.syscalls[0].names: must have at least one entry", Profile(new LinuxSyscall { Action = "SCMP_ACT_ERRNO" }));
        Problem("linux.seccomp.syscalls[0].names[1]: must not be empty", Profile(new LinuxSyscall { Names = ["mkdir", ""], Action = "SCMP_ACT_ERRNO" }));
    }

    [Fact]
    [Requirement("config-linux/seccomp-action", "config-linux/seccomp-arg-op")]
    public void Unknown_and_missing_values_are_reported_together_by_path()
    {
        var profile = new LinuxSeccomp
        {
            DefaultAction = "ALLOW",
            Architectures = ["SCMP_ARCH_X86", "SCMP_ARCH_VAX"],
            Flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_NEW_LISTENER"],
            Syscalls =
            [
                new() { Names = ["mkdir"] },
                new() { Names = ["mkdir"], Action = "SCMP_ACT_ASK" },
                new() { Names = ["mkdir"], Action = "SCMP_ACT_LOG", Args = [new() { Op = "==" }, new() { Index = 1 }, new() { Index = 6, Op = "SCMP_CMP_EQ" }] },
            ],
        };
        string actions = string.Join(", ", SeccompAction.Names);
        Problem($"""
            linux.seccomp.defaultAction: unknown action "ALLOW": must be one of {actions}
            linux.seccomp.architectures[1]: unknown architecture "SCMP_ARCH_VAX": must be one of {string.Join(", ", Architecture.Names)}
            linux.seccomp.syscalls[0].action: is required
            linux.seccomp.syscalls[1].action: unknown action "SCMP_ACT_ASK": must be one of {actions}
            linux.seccomp.syscalls[2].args[0].op: unknown operator "==": must be one of {string.Join(", ", SeccompOperator.Names)}
            linux.seccomp.syscalls[2].args[1].op: is required
            linux.seccomp.syscalls[2].args[2].index: must be from 0 to 5, got 6
            linux.seccomp.flags[1]: unknown flag "SECCOMP_FILTER_FLAG_NEW_LISTENER": must be one of {string.Join(", ", SeccompFlags.Names)}
            """, profile);
    }

    [Fact]
    public void Without_flags_runcs_default_applies_and_an_empty_list_means_none()
    {
        LinuxSeccomp profile = Profile();
        Assert.Equal(SpecAllow, Plan(profile).Flags);
        profile.Flags = [];
        Assert.Equal(0u, Plan(profile).Flags);
        profile.Flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"];
        Assert.Equal(LogFlag | SpecAllow, Plan(profile).Flags);
    }

    [Fact]
    public void WAIT_KILLABLE_RECV_needs_a_listener_and_a_kernel_that_has_it()
    {
        LinuxSeccomp profile = Profile();
        profile.Flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];
        Problem("linux.seccomp.flags[0]: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a rule with SCMP_ACT_NOTIFY", profile);
        LinuxSeccomp asking = Asking("mkdir");
        asking.Flags = profile.Flags;
        Assert.Equal(WaitKillable | NewListener, Plan(asking).Flags);
        Problem("linux.seccomp.flags[0]: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs Linux 5.19", asking, hasWaitKillable: false);
    }

    [Fact]
    public void A_rule_that_asks_has_a_listener()
    {
        SeccompPlan plan = Plan(Asking("mkdir"));
        Assert.Equal((new SeccompListener("/agent", "more"), SpecAllow | NewListener), (plan.Listener, plan.Flags));
        LinuxSeccomp relative = Asking("mkdir");
        relative.ListenerPath = "agent";
        Assert.Equal("/bundle/agent", Plan(relative).Listener!.Path);
        LinuxSeccomp without = Asking("mkdir");
        (without.ListenerPath, without.ListenerMetadata) = ("", "");
        Problem("linux.seccomp.listenerPath: must be set for SCMP_ACT_NOTIFY", without);
    }

    [Fact]
    public void Calls_of_the_start_must_not_notify_the_listener()
    {
        Problem("linux.seccomp.syscalls[0].names[0]: SCMP_ACT_NOTIFY cannot be used for the write syscall", Asking("write"));
        Problem("linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action", new LinuxSeccomp { DefaultAction = "SCMP_ACT_NOTIFY" });
    }

    [Fact]
    [Requirement("config-linux/seccomp-metadata-without-path")]
    public void Metadata_belong_to_a_listener()
    {
        LinuxSeccomp profile = Profile();
        profile.ListenerMetadata = "some";
        Problem("linux.seccomp.listenerMetadata: must not be set without listenerPath", profile);
    }

    [Fact]
    public void A_path_without_a_rule_that_asks_is_ignored()
    {
        LinuxSeccomp profile = Profile();
        profile.ListenerPath = "/agent";
        Assert.Null(Plan(profile).Listener);
    }

    [Fact]
    public void Unknown_calls_cause_a_warning()
    {
        List<string> warnings = [];
        Assert.NotNull(SeccompPlanner.PlanSeccomp(Profile(new LinuxSyscall { Names = ["mkdir", "one", "two"], Action = "SCMP_ACT_ERRNO" }), "/bundle", new SeccompFacts(HasWaitKillable: true), [], warnings));
        Assert.Equal(["linux.seccomp.syscalls: ignored unknown system calls: one, two"], warnings);
    }

    // libseccomp refuses these, and so does runc with it.
    [Fact]
    public void Rules_that_contradict_each_other_are_refused()
    {
        LinuxSeccompArg[] args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 1 }];
        Problem("linux.seccomp.syscalls[1]: has the conditions of syscalls[0] for one call, but another action", Profile(
            new LinuxSyscall { Names = ["personality"], Action = "SCMP_ACT_ERRNO", Args = args },
            new LinuxSyscall { Names = ["personality"], Action = "SCMP_ACT_KILL", Args = args }));
    }

    [Fact]
    public void Architectures_that_this_machine_cannot_run_cost_nothing()
    {
        LinuxSeccomp profile = Profile(new LinuxSyscall { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" });
        int alone = Plan(profile).Program.Length;
        profile.Architectures = [.. Architecture.Names.Where(name => name is not ("SCMP_ARCH_X86" or "SCMP_ARCH_X32"))];
        Assert.Equal(alone, Plan(profile).Program.Length);
    }

    [Fact]
    public void A_profile_that_is_too_large_is_refused_at_once()
    {
        LinuxSyscall Rule(ulong value) => new() { Names = ["personality"], Action = "SCMP_ACT_ERRNO", Args = [new() { Op = "SCMP_CMP_EQ", Value = value * 0x1_0000_0000 }] };
        Problem("linux.seccomp: compiles to 10056 instructions, and the kernel accepts 4096", Profile([.. Enumerable.Range(0, 2500).Select(i => Rule((ulong)i))]));
        Problem("linux.seccomp.syscalls: has more conditions than fit into a filter", Profile([.. Enumerable.Range(0, 100_000).Select(i => Rule((ulong)i))]));
    }

    private static LinuxSeccomp Profile(params LinuxSyscall[] rules) => new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = rules };

    private static LinuxSeccomp Asking(string name)
    {
        LinuxSeccomp profile = Profile(new LinuxSyscall { Names = [name], Action = "SCMP_ACT_NOTIFY" });
        (profile.ListenerPath, profile.ListenerMetadata) = ("/agent", "more");
        return profile;
    }

    private static SeccompPlan Plan(LinuxSeccomp profile)
    {
        List<string> problems = [], warnings = [];
        SeccompPlan? plan = SeccompPlanner.PlanSeccomp(profile, "/bundle", new SeccompFacts(HasWaitKillable: true), problems, warnings);
        Assert.Empty(problems);
        Assert.Empty(warnings);
        return plan!;
    }

    private static void Problem(string expected, LinuxSeccomp profile, bool hasWaitKillable = true)
    {
        List<string> problems = [];
        Assert.Null(SeccompPlanner.PlanSeccomp(profile, "/bundle", new SeccompFacts(hasWaitKillable), problems, []));
        Assert.Equal(expected, string.Join('\n', problems));
    }
}
