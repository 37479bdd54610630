// SPDX-License-Identifier: Apache-2.0
// Run by a clone of the runtime that still has the host's privileges, before it enters a user namespace.
using System;
using System.Runtime.InteropServices;
using Runcs.Namespaces;
using Runcs.Native;
using static Runcs.Native.CloneFlags;

namespace Runcs.Init.Child;

/// <summary>
/// The entry into a user namespace when other namespaces are joined by path. A process with the host's privileges enters
/// these. Then, for a new pid namespace, it clones the container's init as a child of the runtime, and ends; otherwise it
/// becomes the init. The runtime receives which process it is.
/// </summary>
internal sealed class UserNamespaceEntry : IDisposable
{
    private readonly Fd _read, _write;

    internal UserNamespaceEntry() => (_read, _write) = Descriptors.Pipe();

    /// <summary>
    /// In the parent: the pid of the init, 0 if it is the cloned process itself; null if that has ended without an init.
    /// </summary>
    /// <exception cref="RuncsException"/>
    internal int? Receive()
    {
        _write.Dispose();
        Span<byte> pid = stackalloc byte[sizeof(int)];
        Errno errno = Files.TryRead(_read.Value, pid, out int count);
        errno.OrThrow("read", "pid of init");
        return count == pid.Length ? MemoryMarshal.Read<int>(pid) : null;
    }

    /// <summary>Returns in the init. All joined namespaces except the pid and user namespace have been entered.</summary>
    /// <param name="flags">The namespaces to make.</param>
    /// <exception cref="RuncsException"/>
    internal void Enter(NamespacePlan plan, OpenNamespaces namespaces, CloneFlags flags)
    {
        // It still has the descriptors opened with the host's privileges.
        Processes.Hide();
        if ((flags & CLONE_NEWPID) != 0)
        {
            namespaces.ApplyJoin(CLONE_NEWUSER);
            Clone(flags);
        }
        else
        {
            // Applies only to children of this process: the exec stage's last clone (StageProgram.AppearInPidNamespace).
            namespaces.ApplyPidsBeforeUsers();
            namespaces.ApplyJoin(CLONE_NEWUSER);
            Errno errno = flags == 0 ? Errno.None : Processes.TryUnshare(flags);
            errno.OrThrow("linux.namespaces", "unshare", Names(plan, flags));
            Send(0);
        }
        Dispose();
    }

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }

    private void Clone(CloneFlags flags)
    {
        // Until the runtime knows the init it could not kill it: the init continues only after the message is sent.
        (Fd toldRead, Fd toldWrite) = Descriptors.Pipe();
        Errno errno = Processes.TryClone(flags | CLONE_PARENT, -1, out int pid, out Fd? pidfd);
        errno.OrThrow("linux.namespaces", "clone3", "");
        if (pidfd != null)
        {
            Send(pid);
            Files.TryWrite(toldWrite.Value, [1], out _);
            Processes.Exit(0);
        }
        toldWrite.Dispose();
        Span<byte> word = stackalloc byte[1];
        Files.TryRead(toldRead.Value, word, out int count);
        if (count == 0) Processes.Exit(1);
        toldRead.Dispose();
    }

    private void Send(int pid) => Files.WriteAll(_write.Value, MemoryMarshal.AsBytes((ReadOnlySpan<int>)[pid]), "pid of init");

    private static string Names(NamespacePlan plan, CloneFlags flags)
    {
        string names = "";
        foreach (NamespaceKind kind in NamespaceKind.All)
        {
            if ((flags & kind.Flag) != 0 && plan.IsNew(kind.Flag)) names += (names.Length > 0 ? ", " : "") + kind.Name;
        }
        return names;
    }
}
