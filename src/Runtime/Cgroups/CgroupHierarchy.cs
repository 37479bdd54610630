// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>A mounted cgroup hierarchy of the host, and where in it this process is.</summary>
/// <param name="Name">As in /proc/self/cgroup: <c>memory</c>, <c>cpu,cpuacct</c>, <c>name=systemd</c>; <see cref="Unified"/> for cgroup v2.</param>
/// <param name="MountPoint">Absolute, without a final slash.</param>
/// <param name="OwnPath">The cgroup of this process, seen from the mount point: <c>/</c> or <c>/a/b</c>.</param>
public sealed record CgroupHierarchy(string Name, string MountPoint, string OwnPath)
{
    /// <summary>The name of the cgroup v2 hierarchy here; in /proc/self/cgroup its name is empty.</summary>
    public const string Unified = "unified";

    /// <summary>The prefix of the name of a v1 hierarchy without controllers (cgroups(7)).</summary>
    public const string NamePrefix = "name=";
}
