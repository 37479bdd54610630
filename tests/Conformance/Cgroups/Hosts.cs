// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;

namespace Runcs.Conformance.Cgroups;

/// <summary>The cgroup layouts of hosts, as the kernel's files show them.</summary>
internal static class Hosts
{
    /// <summary>Debian 10 with systemd: v1 with controllers that share a hierarchy, and v2.</summary>
    public const string HybridMembership = """
        11:memory:/user.slice
        10:cpu,cpuacct:/user.slice
        9:cpuset:/
        8:devices:/user.slice
        7:freezer:/
        6:pids:/user.slice/user-0.slice
        1:name=systemd:/user.slice/user-0.slice/session-1.scope
        0::/user.slice/user-0.slice/session-1.scope

        """;

    /// <summary>V1 with every controller that a field uses.</summary>
    public const string EverythingMembership = """
        9:rdma:/
        8:hugetlb:/
        7:net_cls,net_prio:/
        6:blkio:/
        5:memory:/
        4:cpu,cpuacct:/
        3:cpuset:/
        2:pids:/
        1:devices:/

        """;

    public const string UnifiedMembership = "0::/user.slice/user-0.slice/session-1.scope\n";

    public static CgroupFacts Hybrid { get; } = CgroupFacts.UsualV1(HybridMembership,
        ["blkio", "cpu", "cpu,cpuacct", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids", "systemd", "unified"])!;

    public static CgroupFacts Everything { get; } = CgroupFacts.UsualV1(EverythingMembership,
        ["blkio", "cpu,cpuacct", "cpuset", "devices", "hugetlb", "memory", "net_cls,net_prio", "pids", "rdma"])!;

    public static CgroupFacts Unified { get; } = CgroupFacts.UsualUnified(UnifiedMembership, "cpuset cpu io memory hugetlb pids rdma misc\n")!;
}
