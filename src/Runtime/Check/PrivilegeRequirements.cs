// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Credentials;
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Check;

/// <summary>Capabilities that the caller needs for a config (capabilities(7)).</summary>
internal static class PrivilegeRequirements
{
    public static void Check(Config config, CallerFacts caller, UnmetRequirements unmet)
    {
        // An ordinary user gets one line, of its plan, instead of one for each privilege that it lacks.
        if (!HasOwnUserNamespace(config) && Caller.IsRoot()) CheckCapabilities(config, caller.Permitted, unmet);
        // setrlimit(2), proc_pid_oom_score_adj(5): it must be valid in the initial user namespace.
        if (((caller.Permitted & CapabilitySet.Bit("CAP_SYS_RESOURCE")) == 0 || caller.InUserNamespace) && config.Process is { } process) CheckResource(process, unmet);
    }

    private static void CheckCapabilities(Config config, ulong permitted, UnmetRequirements unmet)
    {
        Require("CAP_SYS_ADMIN", "linux.namespaces", "to make and to join namespaces");
        Require("CAP_SETUID", "process.user.uid", "to become the user");
        Require("CAP_SETGID", "process.user.gid", "to become the user's group");
        Require("CAP_SETPCAP", "process.capabilities.bounding", "to drop capabilities");
        if (config.Linux is { Devices.Length: > 0 }) Require("CAP_MKNOD", "linux.devices", "to make device nodes");
        if (config.Linux is { NetDevices.Count: > 0 }) Require("CAP_NET_ADMIN", "linux.netDevices", "to move network devices");
        if (config.Process is { Scheduler: not null }) Require("CAP_SYS_NICE", "process.scheduler", "to raise priorities");

        void Require(string capability, string jsonPath, string why)
        {
            if ((permitted & CapabilitySet.Bit(capability)) == 0) unmet.Add(jsonPath, $"runcs needs {capability} {why}");
        }
    }

    private static bool HasOwnUserNamespace(Config config) =>
        Array.Exists(config.Linux?.Namespaces ?? [], static wanted => wanted.Type == LinuxNamespaceType.User && wanted.Path.Length == 0);

    private static void CheckResource(Process process, UnmetRequirements unmet)
    {
        if (process.OomScoreAdj is { } score && int.TryParse(HostFiles.Text("/proc/self/oom_score_adj"), out int own) && score < own)
            unmet.Add("process.oomScoreAdj", $"runcs needs CAP_SYS_RESOURCE to lower it from {own} to {score}");
        string? limits = process.Rlimits.Length == 0 ? null : HostFiles.Text("/proc/self/limits");
        for (int i = 0; limits != null && i < process.Rlimits.Length; i++)
        {
            POSIXRlimit wanted = process.Rlimits[i];
            if (HardLimit(limits, wanted.Type) is { } hard && wanted.Hard > hard)
                unmet.Add($"process.rlimits[{i}].hard", $"runcs needs CAP_SYS_RESOURCE to raise it from {hard} to {wanted.Hard}");
        }
    }

    // proc(5), /proc/pid/limits: a name, the soft and the hard limit, and a unit. Null for an unlimited one.
    private static ulong? HardLimit(string limits, string type)
    {
        string? name = type switch
        {
            "RLIMIT_AS" => "Max address space",
            "RLIMIT_CORE" => "Max core file size",
            "RLIMIT_CPU" => "Max cpu time",
            "RLIMIT_DATA" => "Max data size",
            "RLIMIT_FSIZE" => "Max file size",
            "RLIMIT_LOCKS" => "Max file locks",
            "RLIMIT_MEMLOCK" => "Max locked memory",
            "RLIMIT_MSGQUEUE" => "Max msgqueue size",
            "RLIMIT_NICE" => "Max nice priority",
            "RLIMIT_NOFILE" => "Max open files",
            "RLIMIT_NPROC" => "Max processes",
            "RLIMIT_RSS" => "Max resident set",
            "RLIMIT_RTPRIO" => "Max realtime priority",
            "RLIMIT_RTTIME" => "Max realtime timeout",
            "RLIMIT_SIGPENDING" => "Max pending signals",
            "RLIMIT_STACK" => "Max stack size",
            _ => null,
        };
        int line = name == null ? -1 : limits.IndexOf(name + " ", StringComparison.Ordinal);
        if (line < 0) return null;
        int end = limits.IndexOf('\n', line);
        string[] values = limits[(line + name!.Length)..(end < 0 ? limits.Length : end)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return values.Length >= 2 && ulong.TryParse(values[1], out ulong hard) ? hard : null;
    }
}
