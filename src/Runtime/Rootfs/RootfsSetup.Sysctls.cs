// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Native;
using static Runcs.Native.FsConfigCommand;
using static Runcs.Native.MountApi;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.ResolveFlags;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    // CVE-2025-52881: never through the container's /proc, which may have been replaced, but through a procfs that this
    // process holds by descriptor, and without crossing into a mount inside it.
    private void WriteSysctls()
    {
        if (plan.Sysctls.Length == 0) return;
        Fd proc = _proc ?? PrivateProc(plan.Sysctls[0].JsonPath);
        _proc = null;
        using (proc)
        {
            foreach (SysctlValue sysctl in plan.Sysctls)
            {
                Errno errno = Files.TryOpenAt2(proc.Value, "sys/" + sysctl.File, OpenFlags.O_WRONLY,
                    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV, 0, out Fd? file);
                // The host's root owns the file in every user namespace; the call requires CAP_SYS_ADMIN in the one that
                // owns the uts namespace.
                if (errno.Value == Errno.EACCES && sysctl.File == "kernel/domainname" && !UtsNames.TrySetDomainName(sysctl.Value).IsError) continue;
                errno.OrThrow(sysctl.JsonPath, "openat2", $"/proc/sys/{sysctl.File}");
                using (file) errno = Files.TryWrite(file!.Value, Encoding.UTF8.GetBytes(sysctl.Value), out _);
                errno.OrThrow(sysctl.JsonPath, "write", $"/proc/sys/{sysctl.File}");
            }
        }
    }

    private static Fd PrivateProc(string jsonPath)
    {
        Errno errno = TryFsOpen("proc", out Fd? context);
        errno.OrThrow(jsonPath, "fsopen", "proc");
        using (context)
        {
            errno = TryFsCommand(context!.Value, FSCONFIG_CMD_CREATE);
            errno.OrThrow(jsonPath, "fsconfig", "proc");
            errno = TryFsMount(context.Value, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, out Fd? mount);
            errno.OrThrow(jsonPath, "fsmount", "proc");
            return mount!;
        }
    }
}
