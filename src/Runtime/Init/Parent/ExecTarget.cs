// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using System.Collections.Generic;
using Runcs.Credentials;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Values;

namespace Runcs.Init.Parent;

/// <summary>The container of a further process, as /proc/PID of its first process shows it.</summary>
public sealed class ExecTarget : IDisposable
{
    private ExecTarget(int initPid, Fd init, CloneFlags namespaces, bool chroots, uint hostUid, Fd root) =>
        (InitPid, Init, Namespaces, Chroots, HostUid, Root) = (initPid, init, namespaces, chroots, hostUid, root);

    /// <summary>The container's first process: its pid and a pidfd of it, owned by the caller.</summary>
    public int InitPid { get; }

    /// <inheritdoc cref="InitPid"/>
    public Fd Init { get; }

    /// <summary>The namespaces to enter: CLONE_NEW*.</summary>
    public CloneFlags Namespaces { get; }

    /// <summary>The container shares its mount namespace with the host, and its root is set by chroot(2).</summary>
    public bool Chroots { get; }

    /// <summary>The host's uid of the program's user.</summary>
    public uint HostUid { get; }

    /// <summary>The container's root.</summary>
    public Fd Root { get; }

    /// <param name="init">A pidfd of the container's first process.</param>
    /// <param name="user">The program's user.</param>
    /// <exception cref="RuncsException">The container has stopped, or its user namespace does not map the user.</exception>
    public static ExecTarget Open(int initPid, Fd init, Config config, CredentialsPlan user, CallerFacts caller)
    {
        try
        {
            LinuxNamespace[] named = config.Linux?.Namespaces ?? [];
            CloneFlags namespaces = EnteredNamespaces.Find(named, initPid, caller is { InUserNamespace: false, IsPrivileged: true });
            bool chroots = Array.Find(named, static kind => kind.Type == LinuxNamespaceType.Mount) == null;
            uint hostUid = FindHostUid(initPid, namespaces, user);
            var target = new ExecTarget(initPid, init, namespaces, chroots, hostUid, Files.Open(string.Concat("/proc/", initPid.ToString(), "/root"), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY));
            // All of it was found by pid, which may belong to another process once init has ended.
            if (!ProcessDescriptors.HasEnded(init)) return target;
            target.Dispose();
            throw Stopped();
        }
        catch (Exception e) when (IsOfStopped(e, init))
        {
            throw Stopped(e);
        }
    }

    public void Dispose() => Root.Dispose();

    /// <summary>
    /// Whether a failure is explained by the end of the container: its first process, cgroups and root no longer exist.
    /// </summary>
    public static bool IsOfStopped(Exception failure, Fd init) => failure is RuncsException && ProcessDescriptors.IsEnding(init);

    /// <summary>With runc's message.</summary>
    public static RuncsException Stopped(Exception? cause = null)
    {
        const string Message = "cannot exec in a stopped container";
        return cause == null ? new RuncsException(Message) : new RuncsException(Message, cause);
    }

    // A user namespace must map all ids of the user; otherwise the kernel would only return EINVAL.
    private static uint FindHostUid(int initPid, CloneFlags namespaces, CredentialsPlan user)
    {
        if ((namespaces & CloneFlags.CLONE_NEWUSER) == 0) return user.Uid;
        IdMaps maps = EnteredNamespaces.ReadMaps(initPid);
        var problems = new List<string>();
        IdMapPlanner.CheckUser(user.Uid, user.Gid, user.Groups, maps, "linux.uidMappings", "linux.gidMappings", problems);
        if (problems.Count > 0) throw Problems.Refusal(problems);
        maps.Uids.TryOutside(user.Uid, out uint outside);
        return outside;
    }
}
