// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    // Remembered by their place and number and not by a descriptor: there may be more of them than RLIMIT_NOFILE allows.
    private readonly List<LateMount> _readonlyAtTheEnd = [];

    /// <param name="Path">From the root, without symbolic links.</param>
    /// <param name="Id">The number of the mount that was put there.</param>
    private readonly record struct LateMount(string JsonPath, string Path, ulong Id);

    private void MakeReadonlyAtTheEnd(MountStep step, Fd mount)
    {
        // A mount namespace that is joined may lack /proc; then the path must be one without links.
        _readonlyAtTheEnd.Add(new LateMount(step.JsonPath, PathInRoot(mount) ?? step.Destination, FileStatus.Of(mount).MountId));
    }

    // A mount on this target hides those at and below it: nothing more is made there, and no path will lead there.
    private void MakeCoveredReadonly(Fd target)
    {
        if (_readonlyAtTheEnd.Count == 0 || PathInRoot(target) is not { } covered) return;
        for (int i = _readonlyAtTheEnd.Count - 1; i >= 0; i--)
        {
            LateMount late = _readonlyAtTheEnd[i];
            if ((late.Path != covered && !ContainerPath.IsBelow(late.Path, covered)) || !TryMakeReadonly(late)) continue;
            _readonlyAtTheEnd.RemoveAt(i);
        }
    }

    private void MakeLateReadonly()
    {
        foreach (LateMount late in _readonlyAtTheEnd)
        {
            // A process that can rename a directory above it, in a volume of several containers, has moved it.
            if (!TryMakeReadonly(late)) throw RuncsException.At(late.JsonPath, $"\"{late.Path}\" was moved or covered before it became read-only");
        }
        _readonlyAtTheEnd.Clear();
    }

    private bool TryMakeReadonly(LateMount late)
    {
        if (Root.TryOpenPlain(late.Path, 0, out Fd? mount).IsError) return false;
        using (mount)
        {
            if (FileStatus.Of(mount!).MountId != late.Id) return false;
            Attributes.TryChange(mount!, MountAttributeFlags.MOUNT_ATTR_RDONLY, 0).OrThrow(late.JsonPath, "mount_setattr", "ro");
            return true;
        }
    }

    // Before the pivot, while /proc is the host's: as the kernel has it (proc_pid_fd(5)).
    private string? PathInRoot(Fd file)
    {
        _rootPath ??= FileNodes.TryReadLinkAt(Files.AT_FDCWD, RootDescriptor.ProcPath, out _);
        string? path = _rootPath == null ? null : FileNodes.TryReadLinkAt(Files.AT_FDCWD, file.ProcPath, out _);
        return path == null ? null
            : _rootPath == "/" ? path
            : path == _rootPath ? "/"
            : ContainerPath.IsBelow(path, _rootPath!) ? path[_rootPath!.Length..]
            : null;
    }

    private string? _rootPath;
}
