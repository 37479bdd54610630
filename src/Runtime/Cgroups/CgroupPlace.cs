// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Cgroups;

/// <summary>The container's cgroup in one hierarchy. The container's record keeps its text form.</summary>
/// <param name="Name">The name of the hierarchy: <c>memory</c>, <c>cpu,cpuacct</c>, <c>name=systemd</c>, <c>unified</c>.</param>
/// <param name="MountPoint">Where the hierarchy is mounted.</param>
/// <param name="Path">From the mount point, with a leading slash.</param>
public sealed record CgroupPlace(string Name, string MountPoint, string Path)
{
    public bool IsUnified => Name == CgroupHierarchy.Unified;

    /// <summary>The directory on the host.</summary>
    public string HostPath => MountPoint + Path;

    /// <summary>The hierarchy has a v1 controller.</summary>
    public bool Has(string controller)
    {
        for (int at = Name.IndexOf(controller, StringComparison.Ordinal); at >= 0; at = Name.IndexOf(controller, at + 1, StringComparison.Ordinal))
        {
            int end = at + controller.Length;
            if ((at == 0 || Name[at - 1] == ',') && (end == Name.Length || Name[end] == ',')) return true;
        }
        return false;
    }

    /// <summary>The v1 controllers of the hierarchy; its name if it has none.</summary>
    public string[] Controllers => Name.Contains(',') ? Name.Split(',') : [Name];

    /// <summary>As a mount of type <c>cgroup</c> in the container shows it.</summary>
    /// <param name="isAlone">There is no other hierarchy.</param>
    internal CgroupMount ToMount(bool isAlone)
    {
        if (IsUnified) return new(isAlone ? "" : Name, "cgroup2", "", HostPath, []);
        bool isNamed = Name.StartsWith(CgroupHierarchy.NamePrefix, StringComparison.Ordinal);
        string[] controllers = Name.Split(',');
        return new(isNamed ? Name[CgroupHierarchy.NamePrefix.Length..] : Name, "cgroup", Name, HostPath, controllers.Length > 1 ? controllers : []);
    }

    public override string ToString() => string.Concat([Name, ":", MountPoint, ":", Path]);

    /// <summary>The reverse of <see cref="ToString"/>; only the path may contain a colon.</summary>
    /// <exception cref="RuncsException"/>
    public static CgroupPlace Parse(string text) => TryParse(text) ?? throw new RuncsException($"invalid cgroup in the container's state: \"{text}\"");

    /// <summary>As <see cref="Parse"/>; null for any other text.</summary>
    public static CgroupPlace? TryParse(string text)
    {
        int first = text.IndexOf(':');
        int second = first < 0 ? -1 : text.IndexOf(':', first + 1);
        if (second < 0) return null;
        var place = new CgroupPlace(text[..first], text[(first + 1)..second], text[(second + 1)..]);
        return place.Name.Length > 0 && IsClean(place.MountPoint) && IsClean(place.Path) ? place : null;
    }

    /// <summary>The mount point is that of a hierarchy, so that no other directory is taken for a cgroup.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public bool IsMounted()
    {
        const string Usual = CgroupFacts.Root + "/", File = "/cgroup.procs";
        // Every hierarchy of cgroup v1 and a hybrid host. Nothing else is made there.
        if (MountPoint.StartsWith(Usual, StringComparison.Ordinal) && MountPoint.IndexOf('/', Usual.Length) < 0) return true;
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, MountPoint, 0, out FileStatus status);
        // Nothing is mounted there any more, so its files are missing too.
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR) return true;
        errno.OrThrow("statx", MountPoint);
        return status.IsMountRoot && FileStatus.Exists(Files.AT_FDCWD, MountPoint + File);
    }

    // Neither the root of a hierarchy nor a path that leads out of it.
    private static bool IsClean(string path) => path.Length > 1 && path[0] == '/' && CgroupPaths.Clean(path) == path;
}
