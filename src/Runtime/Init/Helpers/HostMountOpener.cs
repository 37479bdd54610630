// SPDX-License-Identifier: Apache-2.0
// Requested by the container's init; started by the parent; run by a process of its own with the host's privileges.
using System;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Rootfs;

namespace Runcs.Init.Helpers;

/// <summary>
/// Opens mounts of the host for an init in a user namespace that may not pass the directories above them (such as the home
/// of another user with mode 0700). A helper with the host's privileges enters init's mount namespace, so that the copies
/// are the same as init's own would be, including locks, and sends them. It is started at the first request. It also maps
/// the ids of a copy, also of one that init has made itself, which requires privileges over the file system.
/// </summary>
internal sealed class HostMountOpener : IDisposable
{
    private const int PathMax = 4096, HeadSize = 4 * sizeof(int);
    private readonly Fd _inits, _helpers;
    private readonly Fd _report;
    private bool _asked;
    private ChildProcess? _helper;

    internal HostMountOpener(Fd report)
    {
        (_inits, _helpers) = UnixSockets.Pair();
        _report = report;
    }

    /// <summary>In init: see <see cref="HostMountOpen"/>.</summary>
    internal Errno TryOpen(string path, Fd? copy, OpenTreeFlags flags, Fd? users, bool recursive, out Fd? mount, out string call)
    {
        (mount, call) = (null, HostMountCalls.OpenTree);
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length > PathMax) return new Errno(Errno.ENAMETOOLONG);
        if (!_asked) InitMessage.Send(_report, InitMessage.AskForHostMounts);
        if (!_asked) _helpers.Dispose();
        _asked = true;
        var request = new byte[HeadSize + name.Length];
        MemoryMarshal.AsBytes((ReadOnlySpan<int>)[(int)flags, users != null ? 1 : 0, recursive ? 1 : 0, name.Length]).CopyTo(request);
        name.CopyTo(request, HeadSize);
        // The descriptor belongs to the first byte (unix(7)), with which the helper receives it.
        if (copy != null) UnixSockets.TrySendFd(_inits.Value, copy.Value, request.AsSpan(0, HeadSize)).OrThrow("sendmsg", "helper of the host");
        Files.WriteAll(_inits.Value, request.AsSpan(copy != null ? HeadSize : 0), "helper of the host");
        if (users != null) UnixSockets.TrySendFd(_inits.Value, users.Value, [0]).OrThrow("sendmsg", "helper of the host");
        Span<int> answer = stackalloc int[2];
        Errno errno = UnixSockets.TryReceiveFd(_inits.Value, MemoryMarshal.AsBytes(answer), out int count, out mount);
        if (errno.IsError) return errno;
        if (count < answer.Length * sizeof(int)) return new Errno(Errno.ECHILD);
        if (answer[1] != 0) call = HostMountCalls.MountSetattr;
        return new Errno(answer[0]);
    }

    /// <summary>In the parent, after init's clone: closes init's end, so that the helper ends with init.</summary>
    internal void LeaveToInit() => _inits.Dispose();

    /// <summary>In the parent, at init's request.</summary>
    /// <exception cref="RuncsException"/>
    internal void Begin(Fd init)
    {
        // The helper needs only its own end; the other is init's and is closed here.
        _helper ??= ChildProcess.Start(_ => Serve(init), _inits, _helpers, [init.Value]);
    }

    /// <summary>In the parent: ends the helper, which would otherwise wait for a running or stuck init.</summary>
    public void Dispose()
    {
        _inits.Dispose();
        _helpers.Dispose();
        _helper?.Dispose();
    }

    private void Serve(Fd init)
    {
        Errno entered = Processes.TrySetns(init.Value, CloneFlags.CLONE_NEWNS);
        Span<int> head = stackalloc int[HeadSize / sizeof(int)];
        Span<byte> name = new byte[PathMax], mark = stackalloc byte[1];
        while (TryReceive(MemoryMarshal.AsBytes(head), out Fd? mount) && head[3] <= PathMax && TryReadAll(name[..head[3]]))
        {
            bool maps = false;
            Fd? users = null;
            if (head[1] != 0 && UnixSockets.TryReceiveFd(_helpers.Value, mark, out _, out users).IsError) return;
            Errno errno = entered;
            if (!errno.IsError && mount == null) errno = MountApi.TryOpenTree(Files.AT_FDCWD, Encoding.UTF8.GetString(name[..head[3]]), (OpenTreeFlags)head[0], out mount);
            if (!errno.IsError && users != null)
            {
                maps = true;
                errno = MountApi.TryMountSetattr(mount!.Value, head[2] != 0 ? AtFlags.AT_RECURSIVE : 0,
                    new MountApi.mount_attr { attr_set = MountAttributeFlags.MOUNT_ATTR_IDMAP, userns_fd = (ulong)users.Value });
            }
            using (users)
            using (mount)
            {
                ReadOnlySpan<byte> answer = MemoryMarshal.AsBytes((ReadOnlySpan<int>)[errno.Value, maps ? 1 : 0]);
                errno = errno.IsError ? Files.TryWrite(_helpers.Value, answer, out _) : UnixSockets.TrySendFd(_helpers.Value, mount!.Value, answer);
                if (errno.IsError) return;
            }
        }
    }

    // The head of a request, with the copy that init has made itself, if any.
    private bool TryReceive(Span<byte> head, out Fd? copy) =>
        !UnixSockets.TryReceiveFd(_helpers.Value, head, out int count, out copy).IsError && count > 0 && TryReadAll(head[count..]);

    private bool TryReadAll(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (Files.TryRead(_helpers.Value, buffer, out int count).IsError || count == 0) return false;
            buffer = buffer[count..];
        }
        return true;
    }
}
