// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    private const uint SetIdBits = 0xC00 /* 06000 */;

    // The last opened directory: nearly all nodes and links are in /dev.
    private string _directoryPath = "";
    private Fd? _directory;

    private void SetUpDev()
    {
        try
        {
            foreach (DeviceNode node in plan.Devices) Guarded(node.JsonPath, node, static (setup, node) => setup.MakeNode(node));
            foreach (DefaultLink link in plan.Links) Guarded(link.Path, link, static (setup, link) => setup.MakeLink(link));
        }
        finally
        {
            _directory?.Dispose();
            _directory = null;
            _directoryPath = "";
        }
    }

    private void Guarded<T>(string jsonPath, T step, System.Action<RootfsSetup, T> make)
    {
        try
        {
            make(this, step);
        }
        catch (RuncsException failure) when (failure.LacksJsonPath)
        {
            throw failure.At(jsonPath);
        }
    }

    private (Fd Directory, string Name) OpenDirectoryOf(string path)
    {
        (string directory, string name) = ContainerRoot.Split(path);
        if (_directoryPath != directory)
        {
            _directory?.Dispose();
            _directory = Root.OpenOrMakeDirectory(directory);
            _directoryPath = directory;
        }
        return (_directory!, name);
    }

    private void MakeNode(DeviceNode node)
    {
        (Fd directory, string name) = OpenDirectoryOf(node.Path);
        // The umask is 0 and mknod(2) takes the directory by descriptor: on success the node is correct except for its
        // owner.
        Errno errno = FileNodes.TryMknodAt(directory.Value, name, node.Type | node.Mode, FileNodes.MakeDevice(node.Major, node.Minor));
        if (errno.Value == Errno.EPERM && node.Type != FileStatus.S_IFIFO)
        {
            BindNode(node, directory, name);
            return;
        }
        if (errno.IsError && errno.Value != Errno.EEXIST) throw errno.Failure("mknodat", node.Path);
        if (errno.IsError || !node.IsDefault) Check(node, directory, name, own: !errno.IsError);
    }

    // CVE-2021-30465 and similar: a path may lead to another file at the next call, so the rest uses the descriptor.
    private static void Check(DeviceNode node, Fd directory, string name, bool own)
    {
        Errno errno = Files.TryOpenAt(directory.Value, name, O_PATH | O_NOFOLLOW, 0, out Fd? fd);
        errno.OrThrow("openat", node.Path);
        using (fd)
        {
            // config-linux.md: an existing file that does not match the device is an error; one that matches is kept.
            FileStatus status = FileStatus.Of(fd!);
            RequireDevice(status, node);
            if (!own) return;
            if ((status.Uid, status.Gid) != (node.Uid, node.Gid))
            {
                errno = FileNodes.TryChown(fd!.Value, node.Uid, node.Gid);
                errno.OrThrow("fchownat", node.Path);
            }
            // chown(2) clears the set-id bits; a default ACL of the directory restricts the mode (acl(5)).
            if (status.Permissions == node.Mode && (node.Mode & SetIdBits) == 0) return;
            errno = FileNodes.TryChmod(fd!.Value, (int)node.Mode);
            errno.OrThrow("fchmod", node.Path);
        }
    }

    private static void RequireDevice(FileStatus status, DeviceNode node)
    {
        bool same = status.Type == node.Type && (node.Type == FileStatus.S_IFIFO || status.Node == (node.Major, node.Minor));
        if (!same) throw RuncsException.At(node.JsonPath, $"\"{node.Path}\" exists and is not the device");
    }

    // In a user namespace, or if the caller's device cgroup forbids mknod(2): the host's node is bind-mounted instead.
    private void BindNode(DeviceNode node, Fd directory, string name)
    {
        Errno errno = TryOpenHostMount(node.Path, 0, out Fd? source);
        if (errno.Value == Errno.ENOENT) throw RuncsException.At(node.JsonPath, $"\"{node.Path}\" cannot be created with mknod(2) here, and the host has no such device to bind");
        errno.OrThrow("open_tree", node.Path);
        using (source)
        {
            RequireDevice(FileStatus.Of(source!), node);
            errno = FileNodes.TryMknodAt(directory.Value, name, FileStatus.S_IFREG, 0);
            if (errno.IsError && errno.Value != Errno.EEXIST) throw errno.Failure("mknodat", node.Path);
            errno = Files.TryOpenAt(directory.Value, name, O_PATH | O_NOFOLLOW, 0, out Fd? target);
            errno.OrThrow("openat", node.Path);
            using (target) MoveNode(source!, target!, node.Path);
        }
    }

    // A node is not executed and its set-id bits have no effect, and through it the program can reach only the host's
    // /dev.
    private void MoveNode(Fd node, Fd target, string path)
    {
        const MountAttributeFlags Restrictions = MountAttributeFlags.MOUNT_ATTR_NOSUID | MountAttributeFlags.MOUNT_ATTR_NOEXEC;
        if (Attributes.OnDetached) Attributes.TryChange(node, Restrictions, 0).OrThrow("mount_setattr", path);
        Move(node, target, path);
        if (!Attributes.OnDetached) Attributes.TryChange(node, Restrictions, 0).OrThrow("mount_setattr", path);
    }

    private void MakeLink(DefaultLink link)
    {
        (Fd directory, string name) = OpenDirectoryOf(link.Path);
        Errno errno = FileNodes.TrySymlinkAt(link.Target, directory.Value, name);
        if (errno.Value == Errno.EEXIST)
        {
            if (!link.Replace || FileNodes.TryReadLinkAt(directory.Value, name, out _) == link.Target) return;
            // A node of that name would give access to the host's terminals.
            errno = FileNodes.TryUnlinkAt(directory.Value, name);
            errno.OrThrow("unlinkat", link.Path);
            errno = FileNodes.TrySymlinkAt(link.Target, directory.Value, name);
        }
        errno.OrThrow("symlinkat", link.Path);
    }

    /// <summary>Bind-mounts the container's terminal on /dev/console; after the pivot.</summary>
    /// <param name="terminal">The terminal's slave side, opened from the container's own devpts.</param>
    /// <exception cref="RuncsException"/>
    public void BindConsole(Fd terminal)
    {
        const string JsonPath = "process.terminal", Path = "/dev/console";
        uint umask = FileNodes.Umask(0);
        try
        {
            (Fd directory, string name) = OpenDirectoryOf(Path);
            Errno errno = FileNodes.TryMknodAt(directory.Value, name, FileStatus.S_IFREG | 0x1B6 /* 0666 */, 0);
            if (errno.IsError && errno.Value != Errno.EEXIST) throw errno.Failure("mknodat", Path);
            // CVE-2025-52565: a link here would bind the terminal over a file of the attacker's choice.
            errno = Files.TryOpenAt(directory.Value, name, O_PATH | O_NOFOLLOW, 0, out Fd? target);
            errno.OrThrow("openat", Path);
            using (target)
            {
                if (FileStatus.Of(target!).IsSymlink) throw RuncsException.At(JsonPath, $"\"{Path}\" must not be a symbolic link");
                errno = MountApi.TryOpenTree(terminal.Value, "", OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_EMPTY_PATH, out Fd? mount);
                errno.OrThrow("open_tree", Path);
                using (mount) Move(mount!, target!, Path);
            }
        }
        catch (RuncsException failure) when (failure.LacksJsonPath)
        {
            throw failure.At(JsonPath);
        }
        finally
        {
            FileNodes.Umask(umask);
            _directory?.Dispose();
            _directory = null;
            _directoryPath = "";
        }
    }
}
