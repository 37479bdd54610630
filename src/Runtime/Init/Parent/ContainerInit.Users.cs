// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces, for containers with a user namespace.
using System;
using System.Collections.Generic;
using Runcs.Init.Child;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Init.Parent;

public sealed partial class ContainerInit
{
    // Before any change: finds the user namespace of the program's ids and checks them.
    private static void CheckUsers(InitRequest request)
    {
        NamespacePlan namespaces = request.Plan.Namespaces;
        IdMaps maps = request.Ids ?? throw new InvalidOperationException("the maps are known");
        if (namespaces.Find(CloneFlags.CLONE_NEWUSER) is not { } joined) return;
        var problems = new List<string>();
        // As runc: maps given for an existing user namespace must match it.
        if (namespaces.Ids != null && !namespaces.Ids.Uids.IsSameAs(maps.Uids)) problems.Add($"linux.uidMappings: differ from those of the user namespace \"{joined.Path}\"");
        if (namespaces.Ids != null && !namespaces.Ids.Gids.IsSameAs(maps.Gids)) problems.Add($"linux.gidMappings: differ from those of the user namespace \"{joined.Path}\"");
        if (!maps.Uids.Contains(0) || !maps.Gids.Contains(0)) problems.Add($"{joined.JsonPath}.path: the user namespace \"{joined.Path}\" has no uid or gid 0");
        else if (problems.Count == 0 && request.Plan.Config.Process is { } process) IdMapPlanner.CheckUser(process.User, maps, joined.Path, joined.Path, problems);
        if (problems.Count > 0) throw new RuncsException(string.Join("; ", problems));
    }

    private static ContainerInit CloneToEnter(InitRequest request, Fd? interrupts)
    {
        using var entry = new UserNamespaceEntry();
        ContainerInit init = CloneWith(0, request, interrupts, entry);
        try
        {
            int? pid = entry.Receive();
            // It has ended; its last message has the reason.
            while (pid == null) init.Receive();
            if (pid > 0) init.MoveTo(pid.Value);
            return init;
        }
        catch
        {
            init.Kill();
            init.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sets the attributes that require privileges outside of init's user namespace: its ids, the owner of its standard
    /// streams, its OOM score. Called before <see cref="Send"/>; does nothing without a user namespace.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void ApplyFromOutside()
    {
        NamespacePlan namespaces = _request.Plan.Namespaces;
        if (!namespaces.HasUsers) return;
        if (_request.ConsoleSocket == null) _request.Streams.Give(_request.HostUid);
        if (namespaces.IsNew(CloneFlags.CLONE_NEWUSER))
        {
            MapIds("linux.uidMappings", "uid_map", IdMapHelper.OfUids, namespaces.UidMethod, namespaces.Ids!.Uids);
            MapIds("linux.gidMappings", "gid_map", IdMapHelper.OfGids, namespaces.GidMethod, namespaces.Ids.Gids);
        }
        if (_request.Plan.Process.OomScoreAdj is { } score) Write("process.oomScoreAdj", "oom_score_adj", score.ToString());
    }

    /// <summary>
    /// The limits of setrlimit(2), set on the waiting exec stage: raising a hard limit requires CAP_SYS_RESOURCE in the
    /// host's user namespace. Without a user namespace the exec stage sets them itself.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void ApplyLimits()
    {
        foreach (RlimitPlan limit in _request.Stage.LimitsFromOutside)
        {
            Errno errno = Limits.TrySet(Pid, limit.Resource, limit.Soft, limit.Hard);
            errno.OrThrow(limit.JsonPath, "prlimit", $"soft {limit.Soft}, hard {limit.Hard}");
        }
    }

    private void MapIds(string jsonPath, string file, string helper, IdMapMethod method, IdMap map)
    {
        if (method == IdMapMethod.Helper)
        {
            try
            {
                IdMapHelper.Run(helper, jsonPath, Pid, map);
            }
            catch (RuncsException) when (ProcessDescriptors.IsEnding(Pidfd))
            {
                Receive();
                throw;
            }
            return;
        }
        // user_namespaces(7): without CAP_SETGID outside, a gid may be mapped only once setgroups(2) is denied.
        if (method == IdMapMethod.WriteOwn && file == "gid_map") Write(jsonPath, "setgroups", "deny");
        try
        {
            Write(jsonPath, file, map.ToString());
        }
        // user_namespaces(7), "Defining user and group ID mappings".
        catch (RuncsException e) when (e is { Call: "write", Errno.Value: Errno.EPERM })
        {
            throw e.WithHint($"each hostID and size must lie in one line of the caller's own map, /proc/self/{file}");
        }
    }

    private void Write(string jsonPath, string file, string value)
    {
        Errno errno = ProcessFiles.TryWrite(Pid, file, value, out string path, out string call);
        // It has ended and has reported the reason. The files of an ending process are root's, and closed to other users
        // (proc_pid(5)).
        if (errno.Value is Errno.ENOENT or Errno.ESRCH || (errno.IsError && ProcessDescriptors.IsEnding(Pidfd))) Receive();
        errno.OrThrow(jsonPath, call, path);
    }
}
