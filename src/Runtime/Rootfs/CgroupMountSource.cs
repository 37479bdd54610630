// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>One hierarchy that a mount of type <c>cgroup</c> shows.</summary>
/// <param name="Name">The directory below the mount, such as <c>cpu,cpuacct</c>; "" for the unified hierarchy, which is the mount itself.</param>
/// <param name="FsType"><c>cgroup</c> or <c>cgroup2</c>.</param>
/// <param name="FsData">What makes the kernel find the hierarchy: <c>memory</c>, <c>name=systemd</c>; "" for the unified one.</param>
/// <param name="HostPath">The container's own directory in it, as the host sees it.</param>
/// <param name="Links">Names that point to <paramref name="Name"/>: <c>cpu</c> and <c>cpuacct</c>.</param>
public sealed record CgroupMountSource(string Name, string FsType, string FsData, string HostPath, string[] Links)
{
    /// <summary>What is bound where <see cref="HostPath"/> is not there; "" for nothing.</summary>
    public string OtherPath { get; init; } = "";
}
