// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Controlling Controllers" and "Threads"
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>
/// Gives the container's directory its controllers. All that the host offers, for engines read usage where there is no limit;
/// but only those that carry a limit are missed.
/// </summary>
internal static class Subtree
{
    private const string Available = "cgroup.controllers", Enabled = "cgroup.subtree_control", Type = "cgroup.type", Origin = "linux.cgroupsPath";

    /// <exception cref="RuncsException"/>
    public static void Prepare(CgroupTree tree, CgroupPlace place, string path, CgroupPlan plan)
    {
        CheckType(tree, place, path, plan.Writes);
        List<string> missing = Missing(tree, path, plan.Controllers);
        if (missing.Count == 0) return;
        string obstacle = EnableDown(tree, place, missing, plan.Writes);
        // Enabling may have made ours "domain invalid".
        CheckType(tree, place, path, plan.Writes);
        missing = Missing(tree, path, missing);
        foreach (CgroupWrite write in plan.Writes)
        {
            if (missing.Contains(write.Controller) && !write.IsOptional)
                throw RuncsException.At(write.Origin, $"the controller \"{write.Controller}\" is not available in {place.HostPath}{obstacle}");
        }
    }

    private static List<string> Missing(CgroupTree tree, string path, IReadOnlyList<string> wanted)
    {
        var missing = new List<string>();
        if (wanted.Count == 0) return missing;
        tree.TryRead(path, Available, out string text);
        string[] there = CgroupFacts.Words(text);
        foreach (string controller in wanted)
        {
            if (Array.IndexOf(there, controller) < 0) missing.Add(controller);
        }
        return missing;
    }

    // Enables from the hierarchy's root down to the container's parent. Returns what stood in the way, for the error if it matters.
    private static string EnableDown(CgroupTree tree, CgroupPlace place, List<string> controllers, IReadOnlyList<CgroupWrite> writes)
    {
        string obstacle = "";
        string all = "+" + string.Join(" +", controllers);
        for (int slash = place.Path.IndexOf('/'); slash >= 0; slash = place.Path.IndexOf('/', slash + 1))
        {
            string directory = CgroupTree.Relative(place with { Path = place.Path[..slash] });
            Errno refusal = tree.TryWrite(directory, Enabled, all);
            if (!refusal.IsError) continue;
            // One that cannot be had fails them all.
            foreach (string controller in controllers)
            {
                // A cgroup with processes becomes the root of a threaded tree by its first controller for threads: not
                // without need.
                if (refusal.Value == Errno.EBUSY && !IsNeeded(controller, writes)) continue;
                Errno errno = tree.TryWrite(directory, Enabled, "+" + controller);
                if (!errno.IsError || obstacle.Length > 0) continue;
                string hint = errno.Value == Errno.EBUSY ? ", because it has processes of its own" : "";
                obstacle = $": {new SyscallException("write", $"{place.MountPoint}{place.Path[..slash]}/{Enabled}", errno).Message}{hint}";
            }
        }
        return obstacle;
    }

    private static bool IsNeeded(string controller, IReadOnlyList<CgroupWrite> writes)
    {
        foreach (CgroupWrite write in writes)
        {
            if (write.Controller == controller && !write.IsOptional) return true;
        }
        return false;
    }

    // Below a cgroup that has processes and controllers ours is "domain invalid": nothing can be in it. As a threaded one it
    // can be used, but without the controllers that know no threads.
    private static void CheckType(CgroupTree tree, CgroupPlace place, string path, IReadOnlyList<CgroupWrite> writes)
    {
        if (tree.TryRead(path, Type, out string type).IsError || type == "domain") return;
        foreach (CgroupWrite write in writes)
        {
            if (write.Controller is not ("cpu" or "cpuset" or "pids" or "") && !write.IsOptional)
                throw RuncsException.At(write.Origin, $"cannot be set in {place.HostPath}, whose cgroup.type is \"{type}\": choose a cgroup that has no processes in it");
        }
        if (type != "domain invalid") return;
        Errno errno = tree.TryWrite(path, Type, "threaded");
        if (errno.IsError) throw RuncsException.At(Origin, "write", $"{place.HostPath}/{Type}", errno);
    }
}
