// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.CloneFlags;
using static Runcs.Native.OpenFlags;

namespace Runcs.Namespaces;

/// <summary>
/// The namespaces to join, opened in the host's namespaces before the clone: after it, their paths may lead elsewhere.
/// </summary>
public sealed class OpenNamespaces : IDisposable
{
    private readonly List<(JoinedNamespace Plan, Fd Fd)> _open = [];

    private CloneFlags _refused;

    private OpenNamespaces() { }

    /// <exception cref="RuncsException">A path cannot be opened or is not a namespace of its kind.</exception>
    public static OpenNamespaces Open(NamespacePlan plan)
    {
        var opened = new OpenNamespaces();
        try
        {
            foreach (JoinedNamespace joined in plan.Joined) opened._open.Add((joined, OpenOne(joined)));
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The descriptor of the namespace of one kind, or null if none of that kind is joined.</summary>
    public Fd? Find(CloneFlags flag)
    {
        foreach ((JoinedNamespace plan, Fd fd) in _open)
            if (plan.Flag == flag)
                return fd;
        return null;
    }

    /// <summary>
    /// Enters all except the pid and the cgroup namespace. The exec stage enters the pid namespace, so that no image of
    /// the runtime is visible in it; the cgroup namespace is entered once the process is in its cgroup.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void ApplyJoin()
    {
        foreach ((JoinedNamespace plan, Fd fd) in _open)
            if (plan.Flag is not (CLONE_NEWPID or CLONE_NEWCGROUP))
                Join(plan, fd);
    }

    /// <summary>
    /// Before the user namespace is entered, with the host's privileges: enters all others except the pid namespace. A
    /// namespace that belongs to the host cannot be entered from within a user namespace (setns(2)), while one that
    /// belongs to a user namespace can be entered from above. Namespaces that are refused are left for
    /// <see cref="ApplyRefused"/>.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void ApplyJoinBeforeUsers()
    {
        foreach ((JoinedNamespace plan, Fd fd) in _open)
        {
            if (plan.Flag is not (CLONE_NEWUSER or CLONE_NEWPID)) JoinOrLeave(plan, fd);
        }
    }

    /// <summary>Enters one namespace: the user namespace, or the pid namespace for the caller's children.</summary>
    /// <exception cref="RuncsException"/>
    public void ApplyJoin(CloneFlags flag)
    {
        foreach ((JoinedNamespace plan, Fd fd) in _open)
            if (plan.Flag == flag)
                Join(plan, fd);
    }

    /// <summary>
    /// Before the user namespace is entered: selects the pid namespace for the caller's children. One that is refused is left
    /// for <see cref="ApplyRefused"/>.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void ApplyPidsBeforeUsers()
    {
        foreach ((JoinedNamespace plan, Fd fd) in _open)
            if (plan.Flag == CLONE_NEWPID)
                JoinOrLeave(plan, fd);
    }

    /// <summary>In the user namespace: enters those that could not be entered from outside.</summary>
    /// <exception cref="RuncsException"/>
    public void ApplyRefused()
    {
        foreach ((JoinedNamespace plan, Fd fd) in _open)
            if ((_refused & plan.Flag) != 0)
                Join(plan, fd);
    }

    public void Dispose()
    {
        foreach ((_, Fd fd) in _open) fd.Dispose();
        _open.Clear();
    }

    private void JoinOrLeave(JoinedNamespace plan, Fd fd)
    {
        Errno errno = Processes.TrySetns(fd.Value, plan.Flag);
        if (errno.Value == Errno.EPERM) _refused |= plan.Flag;
        else errno.OrThrow(plan.JsonPath, "setns", plan.Path);
    }

    private static void Join(JoinedNamespace plan, Fd fd)
    {
        Errno errno = Processes.TrySetns(fd.Value, plan.Flag);
        errno.OrThrow(plan.JsonPath, "setns", plan.Path);
    }

    private static Fd OpenOne(JoinedNamespace joined)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, joined.Path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out Fd? fd);
        errno.OrThrow($"{joined.JsonPath}.path", "open", joined.Path);
        errno = NamespaceFiles.TryGetType(fd!.Value, out CloneFlags type);
        if (!errno.IsError && type == joined.Flag) return fd;
        fd.Dispose();
        // ioctl_ns(2): ENOTTY if the file is not a namespace.
        if (errno.IsError && errno.Value != Errno.ENOTTY) throw errno.Failure($"{joined.JsonPath}.path", "ioctl", joined.Path);
        // config-linux.md, "Namespaces": the runtime MUST fail when the path is not a namespace of the type.
        throw RuncsException.At($"{joined.JsonPath}.path", $"\"{joined.Path}\" is not a {joined.Kind} namespace");
    }
}
