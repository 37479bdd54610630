// SPDX-License-Identifier: Apache-2.0
// Run by the container's init: from the host's privileges to those in a user namespace.
using Runcs.Init.Parent;
using Runcs.Native;
using Runcs.Network;
using Runcs.Rootfs;
using static Runcs.Native.CloneFlags;

namespace Runcs.Init.Child;

internal sealed partial class InitSetup
{
    /// <summary>
    /// In the user namespace this process has all capabilities there and none outside. But until it takes an id of the
    /// namespace, its file system uid is still that of the host's root. So at this point it opens the files that only the
    /// host's root may open, and enters its cgroups.
    /// </summary>
    private void EnterUserNamespace(Fd parent, UserNamespaceEntry? entry, RootfsSetup rootfs)
    {
        // In a foreign mount namespace only with the rights of the user namespace: its processes may have planted links.
        // Its /proc is not trusted either.
        bool isForeign = _plan.Namespaces.IsJoined(CLONE_NEWNS);
        using Fd? proc = _plan.Namespaces.Clocks.Length > 0 ? Files.Open("/proc", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY) : null;
        if (entry != null)
        {
            _request.Namespaces.ApplyJoinBeforeUsers();
            // The user namespace may not change the names of a uts namespace of the host.
            if (_plan.Namespaces.IsJoined(CLONE_NEWUTS)) SetHostNames();
            rootfs.MountForUserNamespace(_request.MountsBeforeUsers());
            entry.Enter(_plan.Namespaces, _request.Namespaces, _request.FlagsOfClone);
            DieWithParent(parent);
        }
        BeginSession();
        _request.Namespaces.ApplyRefused();
        if (!_plan.Namespaces.IsJoined(CLONE_NEWUTS)) SetHostNames();
        if (_plan.Namespaces.IsNew(CLONE_NEWNET)) Loopback.ApplyUp();
        rootfs.OpenMappedHostMount = _request.HostMounts!.TryOpen;
        if (!isForeign)
        {
            // The helper of an ordinary user may not call open_tree(2) either.
            if (!_plan.Namespaces.IsOfOrdinaryUser) rootfs.OpenHostMount = _request.HostMounts!.TryOpen;
            rootfs.Prepare();
            rootfs.OpenSources();
        }
        // The ids have been mapped once the cgroups exist.
        EnterCgroups();
        MakeTimeNamespace(proc?.Value ?? -1, "self/timens_offsets");
        BecomeRoot();
        MakeIpcNamespace();
        if (isForeign) PrepareForeign(rootfs);
        // The change of ids has cleared the parent-death signal (prctl(2)).
        DieWithParent(parent);
    }

    private void PrepareForeign(RootfsSetup rootfs)
    {
        try
        {
            rootfs.Prepare();
        }
        catch (RuncsException e) when (e.Errno.Value == Errno.EPERM)
        {
            // mount_namespaces(7): each is owned by the user namespace in which it was made.
            throw RuncsException.At(_plan.Namespaces.Find(CLONE_NEWNS)!.JsonPath, $"the mount namespace belongs to another user namespace, so nothing can be mounted in it: {e.Message}", e.Errno);
        }
    }

    // The creator of an ipc namespace owns its mqueue's root directory (mq_init_ns() in the kernel's ipc/mqueue.c).
    private void MakeIpcNamespace()
    {
        if (!_plan.Namespaces.IsNew(CLONE_NEWIPC)) return;
        Errno errno = Processes.TryUnshare(CLONE_NEWIPC);
        errno.OrThrow("linux.namespaces (ipc)", "unshare", "CLONE_NEWIPC");
    }

    private static void BecomeRoot()
    {
        Errno errno = UserIds.TrySetGid(0);
        errno.OrThrow("linux.gidMappings", "setresgid", "0");
        errno = UserIds.TrySetUid(0);
        errno.OrThrow("linux.uidMappings", "setresuid", "0");
    }
}
