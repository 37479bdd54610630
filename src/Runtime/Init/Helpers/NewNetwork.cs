// SPDX-License-Identifier: Apache-2.0
// Begun by the parent as soon as the config is read; made by a process of its own; joined by the container's init.
using System;
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
    private readonly ChildProcess _helper;

    private NewNetwork(ChildProcess helper) => _helper = helper;

    // What the helper may fail at, by the step of its answer.
    private static readonly string[] Calls = ["unshare", "socket", "ioctl"];

    private const string JsonPath = "linux.namespaces (network)";

    /// <summary>Begins if the config asks for a new network namespace, and for no user namespace; else null.</summary>
    /// <exception cref="RuncsException"/>
    public static NewNetwork? Begin(Config config) => IsWanted(config) ? new NewNetwork(ChildProcess.Start(Make)) : null;

    /// <summary>In the container's init: waits until it is made, and enters it.</summary>
    /// <exception cref="RuncsException"/>
    internal void ApplyJoin()
    {
        Errno errno = _helper.Receive(out int step);
        if (errno.Value == Errno.ESRCH) throw RuncsException.At(JsonPath, "the helper that creates it has exited");
        errno.OrThrow(JsonPath, Calls[step], step == 0 ? "CLONE_NEWNET" : "lo");
        // setns(2) by a pidfd: Linux 5.8. The helper holds the namespace until the socket is closed.
        errno = Processes.TrySetns(_helper.Pidfd.Value, CloneFlags.CLONE_NEWNET);
        errno.OrThrow(JsonPath, "setns", "CLONE_NEWNET");
        _helper.Socket.Dispose();
        _helper.Pidfd.Dispose();
    }

    /// <summary>In the parent, once init is cloned: from there the helper lives as long as init needs it.</summary>
    internal void LeaveToInit() => _helper.Socket.Dispose();

    /// <summary>In the parent: nobody needs the helper any more.</summary>
    public void Dispose() => _helper.Dispose();

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

    // The helper: says how it went, and keeps the namespace until nobody needs it any more.
    private static void Make(Fd socket)
    {
        Errno errno = Processes.TryUnshare(CloneFlags.CLONE_NEWNET);
        int step = 0;
        if (!errno.IsError)
        {
            try
            {
                Loopback.ApplyUp();
            }
            catch (RuncsException e)
            {
                errno = e.Errno;
                step = e.Call == Calls[1] ? 1 : 2;
            }
        }
        ChildProcess.Answer(socket, step, errno);
        ChildProcess.Stay(socket);
    }
}
