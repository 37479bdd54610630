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

/// <summary>What the planners take, for engines that ask before they write a config. Every list is the planner's own.</summary>
internal static class Recognized
{
    private const string OldestVersion = "1.0.0";

    /// <summary>The runc whose features are these, for callers who know no other scale (types/features of runc: other runtimes MAY tell it so).</summary>
    private const string ComparableRunc = "1.4.0";

    /// <summary>Whether <c>--systemd-cgroup</c> is there; the systemd of a user is not asked for anything.</summary>
    private const bool HasSystemd = true, HasSystemdUser = false;

    /// <summary>Annotations of a config that change what runcs does.</summary>
    private static readonly string[] EffectiveAnnotations = ["org.systemd.property."];

    /// <param name="newestVersion">Of the specification.</param>
    /// <param name="seccomp">All else is the same on every host.</param>
    public static Features Features(string newestVersion, SeccompFacts seccomp) => new()
    {
        OciVersionMin = OldestVersion,
        OciVersionMax = newestVersion,
        Hooks = OciSpec.Hooks.Names,
        MountOptions = MountOption.Words,
        Linux = new LinuxFeatures
        {
            Namespaces = NamespaceNames(),
            // All of them are in every kernel that runcs runs on: the newest is of Linux 5.9.
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
