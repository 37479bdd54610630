// SPDX-License-Identifier: Apache-2.0
// cgroups(7), "Cgroups delegation: delegating a hierarchy to a less privileged user"
using System;
using System.Text;
using Runcs.Cgroups.Systemd;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>What a caller who is not the host's root may do with cgroups, and how it gets more.</summary>
internal static class Delegation
{
    private const string Field = "linux.cgroupsPath", Members = "cgroup.procs";

    private const int W_OK = 2;

    /// <summary>The cgroup is the caller's: it can make others below it and move processes between them.</summary>
    /// <param name="directory">On the host.</param>
    public static bool IsGiven(string directory) => IsWritable(directory) && IsWritable($"{directory}/{Members}");

    public static bool IsWritable(string path) => !Files.TryAccessAt(Files.AT_FDCWD, path, W_OK).IsError;

    /// <summary>The remedy for a caller who may not make a cgroup.</summary>
    public static string Remedy(CgroupPlace place, Errno errno)
    {
        if (errno.Value == Errno.EROFS) return "the cgroups must be mounted read-write";
        if (!CgroupTree.IsDenied(errno)) return "";
        uint uid = Processes.EffectiveUid();
        string user = uid == 0 ? "this needs the permissions of the host's root" : $"the cgroup above is not delegated to user {uid}";
        return place.IsUnified ? $"{user}: {WayOut}" : uid == 0 ? user : $"{user}: on cgroup v1 root must give it to the user in every hierarchy";
    }

    // systemd.resource-control(5), "Delegate="; on other hosts the steps of cgroups(7).
    private static string WayOut => SystemdRequest.IsBooted() ? "use --systemd-cgroup, or run runcs below systemd-run --user --scope -p Delegate=yes"
        : "run runcs in a cgroup whose directory, cgroup.procs, cgroup.subtree_control and cgroup.threads root has given to the user, and that of its parent";

    /// <summary>The error of a clone into a cgroup (CLONE_INTO_CGROUP), which needs what a move needs.</summary>
    public static RuncsException CloneFailed(Errno errno, CgroupPlace target)
    {
        if (errno.Value is not (Errno.EACCES or Errno.EPERM) || Own(target) is not { } own) return errno.Failure("clone3", "");
        return errno.Failure(Field, "clone3", target.HostPath).WithHint(MoveRemedy(own, Above(own, target)));
    }

    /// <summary>Why the caller's processes cannot be moved to a cgroup of v2; null if they can.</summary>
    public static string? WhyNotEntered(CgroupPlace target)
    {
        if (Own(target) is not { } own) return null;
        string file = Above(own, target);
        return IsWritable(file) ? null : MoveRemedy(own, file);
    }

    private static string MoveRemedy(string own, string file) => $"a move from the cgroup {own} needs write permission for {file}: {WayOut}";

    private static string Above(string own, CgroupPlace target) => $"{target.MountPoint}{CgroupPaths.Common(own, target.Path).TrimEnd('/')}/{Members}";

    // This process's own cgroup in the v2 hierarchy.
    private static string? Own(CgroupPlace target)
    {
        if (Files.TryOpenAt(Files.AT_FDCWD, "/proc/thread-self/cgroup", OpenFlags.O_RDONLY, 0, out Fd? fd).IsError) return null;
        using (fd)
        {
            foreach (string line in Encoding.UTF8.GetString(Files.ReadToEnd(fd!.Value, "cgroup")).Split('\n'))
                if (target.IsUnified && line.StartsWith("0::/", StringComparison.Ordinal)) return CgroupPaths.Clean(line["0::".Length..]);
        }
        return null;
    }

    /// <summary>Why a controller is not available in a cgroup, and what makes it so.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="place">The cgroup.</param>
    /// <param name="controller">Not in its cgroup.controllers.</param>
    public static string WhyMissing(CgroupTree tree, CgroupPlace place, string controller)
    {
        // The lowest cgroup that has the controller keeps it from those below.
        string above = place.Path;
        do
        {
            above = CgroupPaths.Parent(above);
            if (above == "/") break;
        }
        while (!Has(tree, place with { Path = above }, controller));
        string directory = above == "/" ? place.MountPoint : place.MountPoint + above;
        string remedy = SystemdRequest.IsBooted() ? $"have root add Delegate={controller} to user@.service (systemctl edit user@.service)"
            : $"have root write +{controller} there, and in the cgroups below it";
        // The number outside a user namespace is unknown.
        string caller = Processes.EffectiveUid() is > 0 and var uid ? $"user {uid}" : "this user";
        return $"{directory}/cgroup.subtree_control does not enable it, which {caller} may not change: {remedy}";
    }

    /// <summary>A cgroup has the controller's files.</summary>
    public static bool Has(CgroupTree tree, CgroupPlace place, string controller) =>
        Array.IndexOf(CgroupFacts.Words(tree.Read(CgroupTree.Relative(place), "cgroup.controllers") ?? ""), controller) >= 0;
}
