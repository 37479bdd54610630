// SPDX-License-Identifier: Apache-2.0
using System;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.OpenFlags;

namespace Runcs.Native.ExecStage;

/// <summary>A sealed executable without a path.</summary>
internal static class SealedImage
{
    /// <exception cref="RuncsException"/>
    internal static Fd Make(string name, ReadOnlySpan<byte> image)
    {
        const MemfdFlags Flags = MemfdFlags.MFD_ALLOW_SEALING;
        Errno errno = Descriptors.TryMemfdCreate(name, Flags | MemfdFlags.MFD_EXEC, out Fd? fd);
        // MFD_EXEC is Linux 6.3; before it every memfd was executable.
        if (errno.Value == Errno.EINVAL) errno = Descriptors.TryMemfdCreate(name, Flags, out fd);
        // vm.memfd_noexec=2 refuses executable memfds.
        if (errno.Value == Errno.EACCES) return MakeInDetachedTmpfs(name, image);
        errno.OrThrow("memfd_create", name);
        try
        {
            Files.WriteAll(fd!.Value, image, name);
            errno = Descriptors.TryAddSeals(fd.Value, SealFlags.F_SEAL_SEAL | SealFlags.F_SEAL_SHRINK | SealFlags.F_SEAL_GROW | SealFlags.F_SEAL_WRITE);
            errno.OrThrow("fcntl", name);
            return fd;
        }
        catch
        {
            fd!.Dispose();
            throw;
        }
    }

    // A detached tmpfs. Its mount is made read-only, and the returned descriptor is read-only.
    private static Fd MakeInDetachedTmpfs(string name, ReadOnlySpan<byte> image)
    {
        Errno errno = MountApi.TryFsOpen("tmpfs", out Fd? context);
        errno.OrThrow("fsopen", "tmpfs");
        using (context)
        {
            errno = MountApi.TryFsCommand(context!.Value, FsConfigCommand.FSCONFIG_CMD_CREATE);
            errno.OrThrow("fsconfig", "tmpfs");
            errno = MountApi.TryFsMount(context.Value, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, out Fd? mount);
            errno.OrThrow("fsmount", "tmpfs");
            using (mount)
            {
                using (Fd file = Files.OpenAt(mount!.Value, name, O_WRONLY | O_CREAT | O_EXCL, 0x140 /* 0500 */))
                    Files.WriteAll(file.Value, image, name);
                Fd executable = Files.OpenAt(mount.Value, name, O_RDONLY | O_NOFOLLOW);
                FileNodes.TryUnlinkAt(mount.Value, name);
                MountApi.TryMountSetattr(mount.Value, 0, new MountApi.mount_attr { attr_set = MOUNT_ATTR_RDONLY });
                return executable;
            }
        }
    }
}
