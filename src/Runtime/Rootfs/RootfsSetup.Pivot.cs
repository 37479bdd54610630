// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.UmountFlags;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    /// <summary>Makes the root the process's root, unmounts the host's file system, and makes the program's directory.</summary>
    /// <exception cref="RuncsException"/>
    public void Pivot()
    {
        // Hooks run in this process in between and may have changed it.
        EnterRoot();
        LegacyMounts.TakeDown();
        if (!plan.OwnMountNamespace) Chroot();
        else if (BuildsDetached) EnterDetached();
        else if (plan.NoPivot) MoveRoot();
        else PivotRoot();
        if (plan.RootPropagation != 0)
        {
            Errno errno = TryMount(null, "/", null, plan.RootPropagation, null);
            errno.OrThrow("linux.rootfsPropagation", "mount", "/");
        }
        MakeWorkingDirectory();
    }

    private void EnterRoot() => Check(Processes.TryChdir(RootDescriptor.Value), "fchdir", plan.Root);

    // pivot_root(2), NOTES: with "." for both, the old root is on top of the new one, where umount2(2) of "." finds it;
    // the image needs no directory for it.
    private void PivotRoot()
    {
        Fd? oldRoot = plan.HostPropagation == 0 ? Files.Open("/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY) : null;
        using (oldRoot)
        {
            Check(TryPivotRoot(".", "."), "pivot_root", plan.Root);
            if (oldRoot != null)
            {
                // Its mounts are still peers of the host's: unmounting them here would unmount them there.
                Check(Processes.TryChdir(oldRoot.Value), "fchdir", "/");
                Check(TryMount(null, ".", null, MS_SLAVE | MS_REC, null), "mount", "/");
            }
            Check(TryUmount(".", MNT_DETACH), "umount2", "/");
            Check(Processes.TryChdir("/"), "chdir", "/");
        }
    }

    private static void Chroot()
    {
        Check(TryChroot("."), "chroot", ".");
        Check(Processes.TryChdir("/"), "chdir", "/");
    }

    // --no-pivot: an initramfs cannot be pivoted away from. The host's mounts stay in the namespace beneath the root; a
    // complete procfs or sysfs among them would allow a user namespace inside to mount new ones (mount_namespaces(7)), so
    // they are unmounted.
    private void MoveRoot()
    {
        string root = FileNodes.TryReadLinkAt(Files.AT_FDCWD, RootDescriptor.ProcPath, out _) ?? plan.Root;
        foreach (MountEntry entry in MountTable.Read())
        {
            if (entry.Type is not ("proc" or "sysfs")) continue;
            string point = entry.Point;
            if (point == root || ContainerPath.IsBelow(point, root)) continue;
            Errno errno = TryUmount(point, MNT_DETACH);
            // EINVAL, EPERM: locked to its parent, so it can only be covered. ENOENT: it was unmounted with its parent.
            if (errno.Value is Errno.EINVAL or Errno.EPERM) errno = TryMount("tmpfs", point, "tmpfs", MS_RDONLY, null);
            if (errno.Value != Errno.ENOENT) Check(errno, "umount2", point);
        }
        Errno moved = TryMount(".", "/", null, MS_MOVE, null);
        // It is there already: see PrepareClosed.
        if (moved.Value != Errno.ELOOP) Check(moved, "mount", "/");
        Chroot();
    }

    // As runc: a directory missing in the image is made, owned by root; whether the program may enter it is checked
    // later.
    private void MakeWorkingDirectory()
    {
        if (plan.WorkingDirectory == "/") return;
        uint umask = FileNodes.Umask(0);
        try
        {
            Root.OpenOrMakeDirectory(plan.WorkingDirectory).Dispose();
        }
        catch (RuncsException failure) when (failure.LacksJsonPath)
        {
            throw failure.At("process.cwd");
        }
        finally
        {
            FileNodes.Umask(umask);
        }
    }

    private static void Check(Errno errno, string call, string operand)
    {
        errno.OrThrow("root.path", call, operand);
    }
}
