// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Controlling Controllers" and "Threads"
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>
/// Enables controllers for the container's directory: all that the host offers, since engines read usage where there is no
/// limit. It is an error only if a controller with a limit is missing.
/// </summary>
internal static class Subtree
{
    private const string Available = "cgroup.controllers", Enabled = "cgroup.subtree_control", Type = "cgroup.type", Field = "linux.cgroupsPath";

    /// <exception cref="RuncsException"/>
    public static void Prepare(CgroupDirectory cgroup, CgroupPlan plan)
    {
        CheckType(cgroup, plan);
        List<string> missing = Missing(cgroup, plan.Controllers);
        if (missing.Count == 0) return;
        string obstacle = EnableDown(cgroup, missing, plan, out bool isDenied);
        // Enabling may have made ours "domain invalid".
        CheckType(cgroup, plan);
        missing = Missing(cgroup, missing);
        foreach (CgroupWrite write in plan.Writes)
        {
            if (!missing.Contains(write.Controller) || write.IsOptional) continue;
            if (obstacle.Length == 0 && isDenied) obstacle = ": " + Delegation.WhyMissing(cgroup.Tree, cgroup.Place, write.Controller);
            throw RuncsException.At(write.JsonPath, $"the controller \"{write.Controller}\" is not available in {cgroup.Place.HostPath}{obstacle}");
        }
    }

    private static List<string> Missing(CgroupDirectory cgroup, IReadOnlyList<string> wanted)
    {
        var missing = new List<string>();
        if (wanted.Count == 0) return missing;
        string text = cgroup.Read(Available) ?? "";
        string[] there = CgroupFacts.Words(text);
        foreach (string controller in wanted)
        {
            if (Array.IndexOf(there, controller) < 0) missing.Add(controller);
        }
        return missing;
    }

    // Enables from the hierarchy's root down to the container's parent. Returns the first failure, for the error if it matters;
    // a user is denied the cgroups above those that are its own.
    private static string EnableDown(CgroupDirectory cgroup, List<string> controllers, CgroupPlan plan, out bool isDenied)
    {
        string obstacle = "";
        isDenied = false;
        CgroupPlace place = cgroup.Place;
        string all = "+" + string.Join(" +", controllers);
        for (int slash = place.Path.IndexOf('/'); slash >= 0; slash = place.Path.IndexOf('/', slash + 1))
        {
            string directory = CgroupTree.Relative(place with { Path = place.Path[..slash] });
            Errno refusal = cgroup.Tree.TryWrite(directory, Enabled, all);
            if (!refusal.IsError) continue;
            if (refusal.Value is Errno.EACCES or Errno.EPERM)
            {
                isDenied = true;
                continue;
            }
            // One unavailable controller fails the whole write.
            foreach (string controller in controllers)
            {
                // A cgroup with processes becomes the root of a threaded subtree with its first threaded controller: only if a
                // limit needs it.
                if (refusal.Value == Errno.EBUSY && !plan.Limits(controller)) continue;
                Errno errno = cgroup.Tree.TryWrite(directory, Enabled, "+" + controller);
                // Below cgroups that others may not change, a controller that is not enabled there does not exist.
                if (!errno.IsError || obstacle.Length > 0 || (isDenied && errno.Value == Errno.ENOENT)) continue;
                string hint = errno.Value == Errno.EBUSY ? ", because it has processes of its own" : "";
                obstacle = $": {errno.Describe("write", $"{place.MountPoint}{place.Path[..slash]}/{Enabled}")}{hint}";
            }
        }
        return obstacle;
    }

    // Below a cgroup that has processes and controllers ours is "domain invalid": it takes no process. A threaded one takes
    // processes, but has only the threaded controllers.
    private static void CheckType(CgroupDirectory cgroup, CgroupPlan plan)
    {
        if (cgroup.Read(Type) is not { } type || type == "domain") return;
        foreach (CgroupWrite write in plan.Writes)
        {
            if (write.Controller is not ("cpu" or "cpuset" or "pids" or "") && !write.IsOptional)
                throw RuncsException.At(write.JsonPath, $"cannot be set in {cgroup.Place.HostPath}, whose cgroup.type is \"{type}\": choose a cgroup that has no processes in it");
        }
        if (type != "domain invalid") return;
        Errno errno = cgroup.TryWrite(Type, "threaded");
        errno.OrThrow(Field, "write", $"{cgroup.Place.HostPath}/{Type}");
    }
}
