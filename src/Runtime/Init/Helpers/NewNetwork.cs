// SPDX-License-Identifier: Apache-2.0
// Begun by the parent as soon as the config is read; made by a process of its own; joined by the container's init.
using System;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Network;
using Runcs.OciSpec;

namespace Runcs.Init.Helpers;

/// <summary>
/// A new network namespace, in the making beside everything else: it takes the kernel longer than all other namespaces
/// together (0.6 of 0.9 ms, docs/decisions/0008), and nothing needs it before the mount of sysfs. A helper process makes it
/// and keeps it until the container's init has joined it, or until nobody is left who would.
/// </summary>
public sealed class NewNetwork : IDisposable
{
    private readonly int _helper;
    private readonly Fd _pidfd;
    private readonly Fd _socket;

    private NewNetwork(int helper, Fd pidfd, Fd socket) => (_helper, _pidfd, _socket) = (helper, pidfd, socket);

    // What the helper may fail at, by the first byte of its answer; the second is the errno.
    private static readonly string[] Calls = ["unshare", "socket", "ioctl"];

    private const string Origin = "linux.namespaces (network)";

    /// <summary>Begins if the config asks for a new network namespace, and for no user namespace; else null.</summary>
    /// <exception cref="SyscallException"/>
    public static NewNetwork? Begin(Config config)
    {
        if (!IsWanted(config)) return null;
        (Fd mine, Fd helpers) = UnixSockets.Pair();
        using (helpers)
        {
            Errno errno = Processes.TryClone(0, 0, out int pid, out Fd? pidfd);
            if (errno.IsError)
            {
                mine.Dispose();
                throw new SyscallException("clone3", "", errno);
            }
            if (pidfd != null) return new NewNetwork(pid, pidfd, mine);
            // In the helper.
            mine.Dispose();
            Make(helpers);
            Processes.Exit(0);
        }
        return null;
    }

    /// <summary>In the container's init: waits until it is made, and enters it.</summary>
    /// <exception cref="RuncsException"/>
    internal void ApplyJoin()
    {
        Span<byte> answer = stackalloc byte[2];
        Errno errno = Files.TryRead(_socket.Value, answer, out int count);
        if (errno.IsError) throw RuncsException.At(Origin, "read", "helper socket", errno);
        if (count < answer.Length) throw RuncsException.At(Origin, "the helper that creates it has exited");
        if (answer[1] != 0) throw RuncsException.At(Origin, Calls[answer[0]], answer[0] == 0 ? "CLONE_NEWNET" : "lo", new Errno(answer[1]));
        // setns(2) by a pidfd: Linux 5.8. The helper holds the namespace until the socket is closed.
        errno = Processes.TrySetns(_pidfd.Value, CloneFlags.CLONE_NEWNET);
        if (errno.IsError) throw RuncsException.At(Origin, "setns", "CLONE_NEWNET", errno);
        _socket.Dispose();
        _pidfd.Dispose();
    }

    /// <summary>In the parent, once init is cloned: from there the helper lives as long as init needs it.</summary>
    internal void LeaveToInit() => _socket.Dispose();

    /// <summary>In the parent: takes the helper's exit status.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        Processes.TryWait(_helper, 0, out _, out _);
        _pidfd.Dispose();
    }

    private static bool IsWanted(Config config)
    {
        bool isWanted = false;
        foreach (LinuxNamespace wanted in config.Linux?.Namespaces ?? [])
        {
            // It has to belong to the user namespace (network_namespaces(7), and the mount of sysfs), so it is made in it.
            if (wanted.Type == LinuxNamespaceType.User) return false;
            isWanted |= wanted.Type == LinuxNamespaceType.Network && wanted.Path.Length == 0;
        }
        return isWanted;
    }

    // The helper: says how it went, and waits for the end of the socket, at which nobody needs it any more.
    private static void Make(Fd socket)
    {
        Errno errno = Processes.TryUnshare(CloneFlags.CLONE_NEWNET);
        byte step = 0;
        if (!errno.IsError)
        {
            try
            {
                Loopback.ApplyUp();
            }
            catch (RuncsException e)
            {
                var failure = e.InnerException as SyscallException;
                errno = failure?.Errno ?? new Errno(Errno.EIO);
                step = (byte)(failure?.Call == Calls[1] ? 1 : 2);
            }
        }
        Span<byte> answer = [step, (byte)errno.Value];
        // Else init would wait for us, and we for init.
        if (Files.TryWrite(socket.Value, answer, out _).IsError) return;
        Files.TryRead(socket.Value, answer, out _);
    }
}
