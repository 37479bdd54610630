// SPDX-License-Identifier: Apache-2.0
// features.md, features-linux.md
using System;
using Runcs.Credentials;
using Runcs.Namespaces;
using Runcs.OciSpec;
using Runcs.Rootfs;
using Runcs.Scheduling;
using Runcs.Seccomp;

namespace Runcs.Plan;

/// <summary>
/// The values that the planners accept, for engines that query them before they write a config. Every list is the
/// planner's own.
/// </summary>
internal static class Recognized
{
    private const string OldestVersion = "1.0.0";

    /// <summary>
    /// The runc version with the same features, for callers that only know runc's versions (types/features of runc: other
    /// runtimes MAY set it).
    /// </summary>
    private const string ComparableRunc = "1.4.0";

    /// <summary>Whether <c>--systemd-cgroup</c> is supported, and with a user's systemd.</summary>
    private const bool HasSystemd = true, HasSystemdUser = true;

    /// <summary>Annotations of a config that change what runcs does.</summary>
    private static readonly string[] EffectiveAnnotations = ["org.systemd.property.", ProgramRights.KeepGroupsAnnotation];

    /// <param name="newestVersion">Of the specification.</param>
    /// <param name="seccomp">The only part that depends on the host.</param>
    public static Features Features(string newestVersion, SeccompFacts seccomp) => new()
    {
        OciVersionMin = OldestVersion,
        OciVersionMax = newestVersion,
        Hooks = OciSpec.Hooks.Names,
        MountOptions = MountOption.Words,
        Linux = new LinuxFeatures
        {
            Namespaces = NamespaceNames(),
            // Every kernel that runcs runs on has all of them: the newest is of Linux 5.9.
            Capabilities = CapabilitySet.Names,
            Cgroup = new CgroupFeatures(V1: true, V2: true, HasSystemd, HasSystemdUser, Rdma: true),
            Seccomp = new SeccompFeatures(SeccompAction.Names, SeccompOperator.Names, Architecture.Names, SeccompFlags.Names, SupportedFlags(seccomp)),
            Apparmor = true,
            Selinux = true,
            IntelRdt = true,
            MemoryPolicyModes = SchedulingPlanner.MemoryPolicyModes,
            MemoryPolicyFlags = SchedulingPlanner.MemoryPolicyFlags,
            IdMap = true,
            NetDevices = true,
        },
        Annotations = new()
        {
            ["org.opencontainers.runc.checkpoint.enabled"] = "false",
            ["org.opencontainers.runc.version"] = ComparableRunc,
        },
        PotentiallyUnsafeConfigAnnotations = EffectiveAnnotations,
    };

    private static string[] NamespaceNames()
    {
        var names = new string[NamespaceKind.All.Length];
        for (int i = 0; i < names.Length; i++) names[i] = NamespaceKind.All[i].Name;
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static string[] SupportedFlags(SeccompFacts seccomp) =>
        seccomp.HasWaitKillable ? SeccompFlags.Names : Array.FindAll(SeccompFlags.Names, static name => SeccompFlags.Find(name) != SeccompFlags.WaitKillableRecv);
}
