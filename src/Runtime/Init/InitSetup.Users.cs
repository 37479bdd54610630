// SPDX-License-Identifier: Apache-2.0
// Run by the container's init, from the host's privileges to those in a user namespace.
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Network;
using Runcs.Rootfs;

namespace Runcs.Init;

internal sealed partial class InitSetup
{
    /// <summary>
    /// In the user namespace this process has all capabilities there and none outside. But until it takes an id of the
    /// namespace its files' owner is still the host's root: so now, and not later, it opens what only that one may open, and
    /// goes into its cgroups.
    /// </summary>
    private void EnterUserNamespace(Fd parent, Stages? stages, RootfsSetup rootfs)
    {
        if (stages != null)
        {
            _request.Namespaces.ApplyJoinBeforeUsers();
            // The names of a host's uts namespace are not for the user namespace to change.
            if (_plan.Namespaces.IsJoined(Processes.CLONE_NEWUTS)) SetHostNames();
            rootfs.MountForUserNamespace(_request.MountsBeforeUsers());
            stages.Enter(_plan.Namespaces, _request.Namespaces, ContainerInit.CloneFlags(_request));
            DieWithParent(parent);
        }
        BeginSession();
        _request.Namespaces.ApplyRefused();
        if (!_plan.Namespaces.IsJoined(Processes.CLONE_NEWUTS)) SetHostNames();
        if (_plan.Namespaces.IsNew(Processes.CLONE_NEWNET)) Loopback.ApplyUp();
        rootfs.Prepare();
        rootfs.OpenSources();
        // The ids are mapped when the cgroups are made.
        EnterCgroups();
        MakeTimeNamespace();
        BecomeRoot();
        MakeIpcNamespace();
        // It was lost with the change of the ids (prctl(2)).
        DieWithParent(parent);
    }

    // The root directory of its mqueue belongs to who makes it (mq_init_ns() in the kernel's ipc/mqueue.c).
    private void MakeIpcNamespace()
    {
        if (!_plan.Namespaces.IsNew(Processes.CLONE_NEWIPC)) return;
        Errno errno = Processes.TryUnshare(Processes.CLONE_NEWIPC);
        if (errno.IsError) throw RuncsException.At("linux.namespaces (ipc)", "unshare", "CLONE_NEWIPC", errno);
    }

    private static void BecomeRoot()
    {
        Errno errno = Identities.TrySetGid(0);
        if (errno.IsError) throw RuncsException.At("linux.gidMappings", "setresgid", "0", errno);
        errno = Identities.TrySetUid(0);
        if (errno.IsError) throw RuncsException.At("linux.uidMappings", "setresuid", "0", errno);
    }
}
