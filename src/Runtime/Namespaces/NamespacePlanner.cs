// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Values;
using static Runcs.Native.CloneFlags;

namespace Runcs.Namespaces;

/// <summary>From <c>linux.namespaces</c> and related members to a <see cref="NamespacePlan"/>.</summary>
public static class NamespacePlanner
{
    /// <param name="user">The program's user.</param>
    /// <param name="caller">The user that runs runcs.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    public static NamespacePlan PlanNamespaces(Linux linux, User? user, CallerFacts caller, List<string> problems)
    {
        LinuxNamespace[] namespaces = linux.Namespaces;
        CloneFlags made = 0, seen = 0;
        var joined = new List<JoinedNamespace>();
        for (int i = 0; i < namespaces.Length; i++)
        {
            LinuxNamespace wanted = namespaces[i];
            string jsonPath = JsonPath.Element("linux.namespaces", i);
            if (NamespaceKind.Find(wanted.Type) is not { } kind)
            {
                problems.Add($"{jsonPath}.type: unknown namespace \"{wanted.Type}\"{ValidNames.Instead(wanted.Type, Array.ConvertAll(NamespaceKind.All, static kind => kind.Name))}");
                continue;
            }
            // config-linux.md, "Namespaces": a duplicate MUST be an error.
            if ((seen & kind.Flag) != 0) problems.Add($"{jsonPath}.type: the namespace \"{wanted.Type}\" is listed twice");
            seen |= kind.Flag;
            if (wanted.Path.Length == 0) made |= kind.Flag;
            else if (wanted.Path[0] != '/') problems.Add($"{jsonPath}.path: must be absolute, got \"{wanted.Path}\"");
            else joined.Add(new JoinedNamespace(kind.Name, kind.Flag, wanted.Path, jsonPath));
        }
        joined.Sort(static (a, b) => Order(a).CompareTo(Order(b)));
        var plan = new NamespacePlan(made, [.. joined]);
        // mount_namespaces(7): it belongs to another user namespace, and only that one's root can mount in it.
        if (plan.IsNew(CLONE_NEWUSER) && plan.Find(CLONE_NEWNS) is { } mounts)
            problems.Add($"{mounts.JsonPath}: a new user namespace cannot mount in a joined mount namespace: join its user namespace, or create a new mount namespace");
        if (plan.HasUsers && !plan.Has(CLONE_NEWNS))
            problems.Add("linux.namespaces: a user namespace needs a mount namespace, since it cannot mount in the host's");
        // user_namespaces(7): only there an ordinary user has capabilities, which all other namespaces need.
        if (!plan.HasUsers && !caller.IsPrivileged && caller.Uid != 0)
            problems.Add($"linux.namespaces: runcs runs as uid {caller.Uid}, not as root, so the container needs a user namespace (runcs spec --rootless writes a config with one)");
        IdMaps? ids = IdMapPlanner.Plan(linux, plan.IsNew(CLONE_NEWUSER), plan.IsJoined(CLONE_NEWUSER), user, problems);
        bool writes = ids != null && plan.IsNew(CLONE_NEWUSER);
        return plan with
        {
            Ids = ids,
            IsOfOrdinaryUser = !caller.IsPrivileged,
            UidMethod = writes ? IdMapPlanner.ChooseMethod(ids!.Uids, caller.Uid, caller.MayMapUids) : IdMapMethod.Write,
            GidMethod = writes ? IdMapPlanner.ChooseMethod(ids!.Gids, caller.Gid, caller.MayMapGids) : IdMapMethod.Write,
            Clocks = ClockOffset.Plan(linux.TimeOffsets, plan.IsNew(CLONE_NEWTIME), plan.IsJoined(CLONE_NEWTIME), problems),
        };
    }

    private static int Order(JoinedNamespace joined) =>
        System.Array.FindIndex(NamespaceKind.All, kind => kind.Flag == joined.Flag);
}
