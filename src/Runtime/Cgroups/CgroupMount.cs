// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>What a mount of type <c>cgroup</c> in the container consists of, one hierarchy each.</summary>
/// <param name="Name">The directory it goes to: <c>memory</c>, <c>cpu,cpuacct</c>, <c>systemd</c>, <c>unified</c>; "" on a host of v2 alone, where the mount itself is the hierarchy.</param>
/// <param name="FsType"><c>cgroup</c> or <c>cgroup2</c>.</param>
/// <param name="FsData">The options that say which hierarchy: <c>memory</c>, <c>cpu,cpuacct</c>, <c>name=systemd</c>; empty for cgroup2.</param>
/// <param name="HostPath">The container's cgroup on the host, which is bound where there is no cgroup namespace.</param>
/// <param name="Links">Symbolic links to <paramref name="Name"/> beside it: <c>cpu</c> and <c>cpuacct</c>.</param>
public sealed record CgroupMount(string Name, string FsType, string FsData, string HostPath, string[] Links)
{
    /// <summary>What is bound if <see cref="HostPath"/> could not be made; "" for nothing.</summary>
    public string OtherPath { get; init; } = "";

    internal static CgroupMount Of(CgroupPlace place, bool isAlone)
    {
        if (place.IsUnified) return new(isAlone ? "" : place.Name, "cgroup2", "", place.HostPath, []);
        bool isNamed = place.Name.StartsWith(CgroupHierarchy.NamePrefix, System.StringComparison.Ordinal);
        string[] controllers = place.Name.Split(',');
        return new(isNamed ? place.Name[CgroupHierarchy.NamePrefix.Length..] : place.Name, "cgroup", place.Name, place.HostPath,
            controllers.Length > 1 ? controllers : []);
    }

    public override string ToString() => $"{Name} {FsType} {FsData} {HostPath}{(Links.Length > 0 ? " links " : "")}{string.Join(' ', Links)}";
}
