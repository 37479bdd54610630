// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Values;

/// <summary>One hierarchy of a mount of type <c>cgroup</c> in the container.</summary>
/// <param name="Name">
/// The directory of the mount: <c>memory</c>, <c>cpu,cpuacct</c>, <c>systemd</c>, <c>unified</c>; "" on a host with v2
/// alone, where the mount itself is the hierarchy.
/// </param>
/// <param name="FsType"><c>cgroup</c> or <c>cgroup2</c>.</param>
/// <param name="FsData">
/// The mount options that select the hierarchy: <c>memory</c>, <c>cpu,cpuacct</c>, <c>name=systemd</c>; empty for
/// cgroup2.
/// </param>
/// <param name="HostPath">The container's cgroup on the host, which is bind-mounted without a cgroup namespace.</param>
/// <param name="Links">Symbolic links to <paramref name="Name"/> next to it: <c>cpu</c> and <c>cpuacct</c>.</param>
public sealed record CgroupMount(string Name, string FsType, string FsData, string HostPath, string[] Links)
{
    /// <summary>The directory to bind-mount if <see cref="HostPath"/> cannot be made; "" for none.</summary>
    public string OtherPath { get; init; } = "";

    public override string ToString() => $"{Name} {FsType} {FsData} {HostPath}{(Links.Length > 0 ? " links " : "")}{string.Join(' ', Links)}";
}
