// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Credentials;
using Runcs.Hooks;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Values;

namespace Runcs.Init.Protocol;

/// <summary>
/// Error messages for the exec stage's {step, errno}; those that engines match are runc's. A report may hold any numbers: in a
/// joined pid namespace other processes may be able to write it.
/// </summary>
public static class StageFailure
{
    internal const string Prefix = "unable to start container process: ";

    /// <summary>The same for a caller that has the plan: the message names limits and labels.</summary>
    internal static string Describe(StageReport report, ProcessPlan process, LsmPlan? labels, Hook[] hooks)
    {
        if (labels != null && report.Step == (uint)StageStep.Apparmor) return Prefix + labels.DescribeApparmorFailure(report.Errno);
        if (labels != null && report.Step == (uint)StageStep.Selinux) return Prefix + labels.DescribeSelinuxFailure(report.Errno);
        int resource = (int)(report.Step - (uint)StageStep.FirstLimit);
        return Array.Find(process.Rlimits, limit => limit.Resource == resource) is { } limit
            ? report.Errno.Failure(limit.JsonPath, "prlimit", $"soft {limit.Soft}, hard {limit.Hard}").Message
            : Describe(report, process.Program, process.Cwd, hooks);
    }

    /// <param name="program">args[0].</param>
    /// <param name="cwd">process.cwd, or "" if it is not known.</param>
    /// <param name="hooks">The startContainer hooks.</param>
    public static string Describe(StageReport report, string program, string cwd, Hook[] hooks)
    {
        Errno errno = report.Errno;
        if (HasStatus(report) && report.Step - (uint)StageStep.FirstChildStatus is var ended && ended < (uint)hooks.Length)
            return $"error running startContainer hook #{ended}: {HookRunner.Describe(errno.Value, report.Output ?? "", report.ErrorOutput ?? "")}";
        if (IsOfHook(report) && report.Step - (uint)StageStep.FirstChild is var index && index < (uint)hooks.Length) return DescribeHook(index, errno, hooks[index]);
        return Known(report.Step) switch
        {
            StageStep.FindProgram when program.Length == 0 => TopLevelRules.ProcessMissing,
            // dockerd and Podman map this message to exit code 127, and "permission denied" and "is a directory" to 126.
            StageStep.FindProgram when !program.Contains('/', StringComparison.Ordinal) => $"{Prefix}exec: \"{program}\": executable file not found in $PATH",
            StageStep.FindProgram => $"{Prefix}exec: \"{program}\": stat {program}: {errno.Message}",
            // execve(2) returns EACCES for a directory, as runc 1.1 reports; dockerd 20.10 and Podman match that message,
            // later dockerd both.
            StageStep.ProgramAccess or StageStep.Execve when errno.Value == Errno.EISDIR => $"{Prefix}exec: \"{program}\": is a directory: permission denied",
            StageStep.ProgramAccess or StageStep.Execve => $"{Prefix}exec: \"{program}\": {errno.Message}",
            StageStep.WorkingDirectory => $"{Prefix}process.cwd: chdir(2) on \"{cwd}\": {errno}",
            StageStep.MemoryCgroup => $"{Prefix}linux.resources.memory.limit: write(2) on the cgroup's tasks: {errno}",
            StageStep.Setgroups => $"{Prefix}process.user.additionalGids: setgroups(2): {errno}",
            StageStep.Setgid => $"{Prefix}process.user.gid: setresgid(2): {errno}",
            StageStep.Setuid => $"{Prefix}process.user.uid: setresuid(2): {errno}",
            StageStep.BoundingSet => $"{Prefix}process.capabilities.bounding: prctl(2): {errno}",
            StageStep.Capset => $"{Prefix}process.capabilities: capset(2): {errno}",
            StageStep.Ambient => $"{Prefix}process.capabilities.ambient: prctl(2): {errno}",
            StageStep.NoNewPrivileges => $"{Prefix}process.noNewPrivileges: prctl(2): {errno}",
            StageStep.Setns => $"{Prefix}linux.namespaces: setns(2) into the container's namespaces: {errno}",
            StageStep.Keyring => $"{Prefix}keyctl(2) on the container's session keyring: {errno}",
            StageStep.Chroot => $"{Prefix}chroot(2) into the container's root: {errno}",
            StageStep.Clone => $"{Prefix}linux.namespaces: clone(2) into the pid namespace: {errno}",
            StageStep.Session => $"{Prefix}setsid(2): {errno}",
            StageStep.Terminal => $"{Prefix}process.terminal: ioctl(2) on \"TIOCSCTTY\": {errno}",
            StageStep.MemoryPolicy => $"{Prefix}linux.memoryPolicy: set_mempolicy(2): {errno}",
            StageStep.Personality => $"{Prefix}linux.personality: personality(2): {errno}",
            StageStep.Umask => $"{Prefix}process.user.umask: umask(2): {errno}",
            StageStep.Dumpable => $"{Prefix}prctl(2) on \"PR_SET_DUMPABLE\": {errno}",
            StageStep.KeepCapabilities => $"{Prefix}prctl(2) on \"PR_SET_KEEPCAPS\": {errno}",
            StageStep.Name => $"{Prefix}prctl(2) on \"PR_SET_NAME\": {errno}",
            StageStep.Descriptors => $"{Prefix}fcntl(2) on the exec stage's descriptors: {errno}",
            StageStep.Survival => $"{Prefix}prctl(2) on \"PR_SET_PDEATHSIG\": {errno}",
            StageStep.Seccomp => $"{Prefix}linux.seccomp: seccomp(2): {errno}",
            StageStep.Ready => $"{Prefix}write(2) on \"report channel\": {errno}",
            StageStep.Signals => $"{Prefix}sigaction(2): {errno}",
            StageStep.Ended => $"{Prefix}ended by signal {errno.Value} ({HookRunner.SignalText(errno.Value)}) before the program",
            StageStep.Wait => $"{Prefix}read(2) on \"start channel\": {errno}",
            _ => $"{Prefix}exec stage, step {report.Step}: {errno}",
        };
    }

    /// <summary>The error of a report, with this message.</summary>
    public static RuncsException Error(StageReport report, string text) =>
        new(text) { Errno = HasStatus(report) || report.Step == (uint)StageStep.Ended ? Errno.None : report.Errno, Kind = IsOfHook(report) ? FailureKind.Hook : FailureKind.Other };

    /// <summary>Whether a startContainer hook failed.</summary>
    public static bool IsOfHook(StageReport report) => report.Step >= (uint)StageStep.FirstChild;

    private static bool HasStatus(StageReport report) => report.Step >= (uint)StageStep.FirstChildStatus;

    // A cast would cut a number that no step has to one that some step has.
    private static StageStep Known(uint step) => step < (uint)StageStep.FirstChild ? (StageStep)step : StageStep.None;

    private static string DescribeHook(uint index, Errno errno, Hook hook)
    {
        string problem = errno.Value switch
        {
            Errno.ETIMEDOUT => $"hook ran past specified timeout of {hook.Timeout}.0s",
            _ => errno.Describe("execve", hook.Path),
        };
        return $"error running startContainer hook #{index}: {problem}";
    }
}
