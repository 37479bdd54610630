// SPDX-License-Identifier: Apache-2.0
// Run by the container's init, from the host's privileges to those in a user namespace.
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
    /// namespace its files' owner is still the host's root: so now, and not later, it opens what only that one may open, and
    /// goes into its cgroups.
    /// </summary>
    private void EnterUserNamespace(Fd parent, UserNamespaceEntry? entry, RootfsSetup rootfs)
    {
        // In a mount namespace of others only what is open to the user namespace: they may have set links. Nor is /proc theirs.
        bool isForeign = _plan.Namespaces.IsJoined(CLONE_NEWNS);
        using Fd? proc = _plan.Namespaces.Clocks.Length > 0 ? Files.Open("/proc", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY) : null;
        if (entry != null)
        {
            _request.Namespaces.ApplyJoinBeforeUsers();
            // The names of a host's uts namespace are not for the user namespace to change.
            if (_plan.Namespaces.IsJoined(CLONE_NEWUTS)) SetHostNames();
            rootfs.MountForUserNamespace(_request.MountsBeforeUsers());
            entry.Enter(_plan.Namespaces, _request.Namespaces, ContainerInit.FlagsOf(_request));
            DieWithParent(parent);
        }
        BeginSession();
        _request.Namespaces.ApplyRefused();
        if (!_plan.Namespaces.IsJoined(CLONE_NEWUTS)) SetHostNames();
        if (_plan.Namespaces.IsNew(CLONE_NEWNET)) Loopback.ApplyUp();
        rootfs.OpenMappedAsHost = _request.HostMounts!.TryOpen;
        if (!isForeign)
        {
            rootfs.OpenAsHost = _request.HostMounts!.TryOpen;
            rootfs.Prepare();
            rootfs.OpenSources();
        }
        // The ids are mapped when the cgroups are made.
        EnterCgroups();
        MakeTimeNamespace(proc?.Value ?? -1, "self/timens_offsets");
        BecomeRoot();
        MakeIpcNamespace();
        if (isForeign) PrepareForeign(rootfs);
        // It was lost with the change of the ids (prctl(2)).
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
            // mount_namespaces(7): each belongs to the user namespace in which it was made.
            throw RuncsException.At(_plan.Namespaces.Find(CLONE_NEWNS)!.JsonPath, $"the mount namespace belongs to another user namespace, so nothing can be mounted in it: {e.Message}", e.Errno);
        }
    }

    // The root directory of its mqueue belongs to who makes it (mq_init_ns() in the kernel's ipc/mqueue.c).
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
