// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Init;

/// <summary>A procfs of a pid namespace that this process is not in.</summary>
internal static class JoinedProc
{
    /// <exception cref="RuncsException"/>
    internal static Fd Open(Fd pidNamespace)
    {
        const string Origin = "linux.namespaces (pid)";
        Errno errno = MountApi.TryFsOpen("proc", out Fd? context);
        if (errno.IsError) throw RuncsException.At(Origin, "fsopen", "proc", errno);
        using (context)
        {
            errno = MountApi.TryFsConfigFd(context!.Value, "pidns", pidNamespace.Value);
            if (errno.IsError) throw RuncsException.At(Origin, "fsconfig", "pidns (Linux 6.17)", errno);
            errno = MountApi.TryFsCommand(context.Value, MountApi.FSCONFIG_CMD_CREATE);
            if (errno.IsError) throw RuncsException.At(Origin, "fsconfig", "proc", errno);
            errno = MountApi.TryFsMount(context.Value, 0, out Fd? mount);
            return errno.IsError ? throw RuncsException.At(Origin, "fsmount", "proc", errno) : mount!;
        }
    }
}
