// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>The seccomp filter: its effect, the processes it applies to, and from when (config-linux.md, "Seccomp").</summary>
[OnAnyRuntime]
public class SeccompTests
{
    private const int ENOSYS = 38;

    public SeccompTests() => Requires.Root();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_fails_with_the_errno_of_its_rule_and_the_others_do_not(bool noNewPrivileges)
    {
        using Container container = With(Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["mkdir", "mkdirat"], 121)), "mkdir /tmp/x 2>&1; ls -d /tmp/x; grep -E '^(Seccomp|NoNew|CapPrm|CapEff)' /proc/self/status");
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        string output = container.Run().Stdout;
        Assert.Contains("Remote I/O error", output, StringComparison.Ordinal);
        Assert.DoesNotContain("/tmp/x\n", output.Replace("can't create directory '/tmp/x'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
        Assert.Contains($"NoNewPrivs:\t{(noNewPrivileges ? 1 : 0)}", output, StringComparison.Ordinal);
        // CAP_SYS_ADMIN, which loads the filter, is not passed on.
        Assert.Contains("CapPrm:\t0000000020000420", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000020000420", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 1000)]
    [InlineData(false, 1000)]
    public void A_profile_need_allow_no_more_than_the_program_and_its_execve(bool noNewPrivileges, int uid)
    {
        Requires.Runcs();
        using Container container = new();
        Probe.PutInto(container.Bundle);
        container.Bundle.Args(Probe.Path, "one", "39");
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        container.Bundle.Process["user"]!["uid"] = uid;
        container.Bundle.Linux["seccomp"] = Profile("SCMP_ACT_KILL_PROCESS", Rule("SCMP_ACT_ALLOW", ["execve", "write", "exit_group", "getpid"]));
        Assert.Equal("64 39 0\n", container.Run().Ok().Stdout);
    }

    // SCMP_ACT_ERRNO with 0, or a listener that answers with it: the call is skipped but returns success.
    [Fact]
    public void An_execve_that_is_only_pretended_is_a_failure()
    {
        Requires.Runcs();
        using Container container = With(Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["execve"], 0)), "echo ran");
        Assert.EndsWith("exec: \"/bin/sh\": operation not permitted", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_program_that_cannot_be_executed_ends_even_where_the_filter_refuses_its_end()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Put("/bin/broken", "no program", executable: true);
        container.Bundle.Args("/bin/broken");
        container.Bundle.Linux["seccomp"] = Profile("SCMP_ACT_ERRNO", Rule("SCMP_ACT_ALLOW", ["execve"]));
        Assert.NotEqual(0, container.Run().ExitCode);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("SCMP_ACT_KILL_PROCESS")]
    [InlineData("SCMP_ACT_KILL_THREAD")]
    [InlineData("SCMP_ACT_KILL")]
    [InlineData("SCMP_ACT_TRAP")]
    public void An_action_that_kills_kills(string action)
    {
        using Container container = With(Profile("SCMP_ACT_ALLOW", Rule(action, ["mkdir", "mkdirat"])), "mkdir /tmp/x; echo $?");
        Assert.Equal("159\n", container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("SCMP_ACT_LOG", 0)]
    // Without a tracer the call fails with ENOSYS (seccomp(2)).
    [InlineData("SCMP_ACT_TRACE", ENOSYS)]
    public void Log_and_trace_do_what_seccomp_2_says(string action, int errno)
    {
        using Container container = new();
        Probe.PutInto(container.Bundle);
        container.Bundle.Args(Probe.Path, "one", "39");
        container.Bundle.Linux["seccomp"] = Profile("SCMP_ACT_ALLOW", Rule(action, ["getpid"]));
        Assert.Equal($"64 39 {errno}\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_call_newer_than_the_profile_is_unknown_and_one_that_it_left_out_is_forbidden()
    {
        using Container container = new();
        Probe.PutInto(container.Bundle);
        JsonNode profile = Profile("SCMP_ACT_ERRNO", Rule("SCMP_ACT_ALLOW", ["execve", "write", "exit_group", "openat2"]));
        // runc itself needs more.
        ((JsonArray)profile["syscalls"]!).Add(Rule("SCMP_ACT_ALLOW", ["capset", "capget", "prctl", "futex", "read", "fcntl", "setgid", "setuid", "setgroups", "rt_sigaction", "rt_sigprocmask",
            "mmap", "munmap", "madvise", "close", "chdir", "fstat", "newfstatat", "openat", "getppid", "gettid", "tgkill", "sigaltstack", "epoll_ctl", "epoll_pwait", "nanosleep", "getdents64",
            "sched_yield", "clone", "fstatfs", "readlinkat", "faccessat", "setresuid", "setresgid", "getcwd", "faccessat2", "rt_sigreturn", "mprotect", "brk", "arch_prctl", "lseek", "close_range", "getpid", "getuid", "keyctl"]));
        // Nor for an architecture that is not listed.
        profile["architectures"] = new JsonArray("SCMP_ARCH_X86_64");
        container.Bundle.Linux["seccomp"] = profile;
        container.Bundle.Args(Probe.Path, "64", "430", "445");
        // openat2 is 437, pidfd_getfd 438, faccessat2 439; 440 is process_madvise.
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.Contains("64 438 1", lines);
        Assert.Contains($"64 440 {ENOSYS}", lines);
        Assert.Contains($"64 445 {ENOSYS}", lines);
    }

    // runc has a test of this (seccomp.bats): the hook's file is the container's, so it deserves no more trust than the
    // program.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_startContainer_hook_is_filtered_as_well(bool noNewPrivileges)
    {
        using Container container = With(Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_KILL", ["mkdir", "mkdirat"])), "echo ran");
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["startContainer"] = new JsonArray(new JsonObject { ["path"] = "/bin/mkdir", ["args"] = new JsonArray("mkdir", "/dev/shm/x") }),
        };
        Result result = container.Run().Fails();
        if (RuntimeUnderTest.IsRuncs) Assert.Contains("startContainer hook #0: signal: bad system call", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("ran", result.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void A_member_of_a_pod_is_filtered_and_appears_there_without_more_privileges_than_its_user(int uid)
    {
        using Container first = new();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            using Container second = With(Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["mkdir", "mkdirat"], 121)), "mkdir /tmp/x 2>&1");
            second.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
            second.Bundle.Process["user"]!["uid"] = uid;
            second.Bundle.Namespace("pid", $"/proc/{first.Pid}/ns/pid");
            second.Create().Ok();
            string waiting = File.ReadAllText($"/proc/{second.Pid}/status");
            if (RuntimeUnderTest.IsRuncs) Assert.Contains("CapPrm:\t0000000020000420", waiting, StringComparison.Ordinal);
            second.Delete("--force").Ok();
            Assert.Contains("Remote I/O error", second.Run().Stdout, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unknown_call_is_passed_over_with_a_warning()
    {
        Requires.Runcs();
        using Container container = With(Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["no_such_call", "mkdir", "mkdirat"])), "mkdir /tmp/x 2>&1; echo $?");
        Result result = container.Run().Ok();
        Assert.EndsWith("1\n", result.Stdout, StringComparison.Ordinal);
        Assert.Contains("linux.seccomp.syscalls: ignored unknown system calls: no_such_call", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_of_32_bits_is_filtered_by_the_rules_for_its_architecture_or_killed_without_them()
    {
        Requires.Calls32();
        foreach (bool listed in (bool[])[true, false])
        {
            using Container container = new();
            Probe.PutInto(container.Bundle);
            // mkdir(2) is 39 there.
            container.Bundle.Args(Probe.Path, "one32", "39");
            JsonNode profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["mkdir"], 121));
            profile["architectures"] = listed ? new JsonArray("SCMP_ARCH_X86_64", "SCMP_ARCH_X86") : new JsonArray("SCMP_ARCH_X86_64");
            container.Bundle.Linux["seccomp"] = profile;
            Result result = container.Run();
            Assert.Equal(listed ? "32 39 121\n" : "", result.Stdout);
            Assert.Equal(listed ? 0 : 159, result.ExitCode);
        }
    }

    [Theory]
    [InlineData("SECCOMP_FILTER_FLAG_TSYNC")]
    [InlineData("SECCOMP_FILTER_FLAG_LOG")]
    [InlineData("SECCOMP_FILTER_FLAG_SPEC_ALLOW")]
    [InlineData(null)]
    public void The_filter_has_the_flags_of_the_profile(string? flag)
    {
        // runc 1.1 does not know TSYNC or null.
        Requires.Runcs();
        using Container container = With(Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["mkdir", "mkdirat"])), "grep Seccomp: /proc/self/status");
        container.Bundle.Linux["seccomp"]!["flags"] = flag == null ? new JsonArray() : new JsonArray(flag);
        Assert.Equal("Seccomp:\t2\n", container.Run().Ok().Stdout);
    }

    private static Container With(JsonNode profile, string script)
    {
        Container container = new();
        container.Bundle.Shell(script).Mount("/tmp", "tmpfs", "tmpfs");
        container.Bundle.Linux["seccomp"] = profile;
        return container;
    }

    internal static JsonObject Profile(string defaultAction, params JsonNode[] rules) =>
        new() { ["defaultAction"] = defaultAction, ["syscalls"] = new JsonArray(rules) };

    internal static JsonObject Rule(string action, string[] names, int? errno = null)
    {
        var rule = new JsonObject { ["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]), ["action"] = action };
        if (errno != null) rule["errnoRet"] = errno;
        return rule;
    }
}
