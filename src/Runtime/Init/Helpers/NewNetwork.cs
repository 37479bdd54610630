// SPDX-License-Identifier: Apache-2.0
// Started by the parent as soon as the config is read; run by a process of its own; joined by the container's init.
using System;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Init.Helpers;

/// <summary>
/// A new network namespace, made in parallel: it takes the kernel longer than all other namespaces together (0.6 of 0.9
/// ms, docs/decisions/0008), and it is not needed before sysfs is mounted. A helper process makes it and keeps it until
/// the container's init has joined it, or until init and the parent are gone.
/// </summary>
public sealed class NewNetwork : IDisposable
{
    private readonly ChildProcess _helper;

    private NewNetwork(ChildProcess helper) => _helper = helper;

    // The helper's possible failures, indexed by the step of its answer (src/Native/NetworkChild/child.c).
    private static readonly string[] Calls = ["unshare", "socket", "ioctl"];

    private const string JsonPath = "linux.namespaces (network)";

    /// <summary>Starts the helper if the config requires a new network namespace and no user namespace; else null.</summary>
    /// <exception cref="RuncsException"/>
    public static NewNetwork? Begin(Config config) => IsWanted(config) ? new NewNetwork(ChildProcess.StartNetwork()) : null;

    /// <summary>In the container's init: waits for the namespace and enters it.</summary>
    /// <exception cref="RuncsException"/>
    internal void ApplyJoin()
    {
        Errno errno = _helper.Receive(out int step);
        if (errno.Value == Errno.ESRCH) throw RuncsException.At(JsonPath, "the helper that creates it has exited");
        errno.OrThrow(JsonPath, Calls[step], step == 0 ? "CLONE_NEWNET" : "lo");
        // setns(2) by a pidfd: Linux 5.8. The helper keeps the namespace until the socket is closed.
        errno = Processes.TrySetns(_helper.Pidfd.Value, CloneFlags.CLONE_NEWNET);
        errno.OrThrow(JsonPath, "setns", "CLONE_NEWNET");
    }

    /// <summary>In the parent, after init's clone: from here on the helper lives as long as init needs it.</summary>
    internal void LeaveToInit() => _helper.Socket.Dispose();

    /// <summary>In the parent: ends the helper.</summary>
    public void Dispose() => _helper.Dispose();

    private static bool IsWanted(Config config)
    {
        bool isWanted = false;
        foreach (LinuxNamespace wanted in config.Linux?.Namespaces ?? [])
        {
            // A user namespace must own it (network_namespaces(7), and the mount of sysfs), so it is made inside.
            if (wanted.Type == LinuxNamespaceType.User) return false;
            isWanted |= wanted.Type == LinuxNamespaceType.Network && wanted.Path.Length == 0;
        }
        return isWanted;
    }
}
