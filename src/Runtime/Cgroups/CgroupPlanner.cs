// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>From the config and the host's facts to a <see cref="CgroupPlan"/>. Pure.</summary>
public static class CgroupPlanner
{
    private const string PathOrigin = "linux.cgroupsPath";

    /// <param name="resources"><c>linux.resources</c>.</param>
    /// <param name="cgroupsPath"><c>linux.cgroupsPath</c>: absolute from the hierarchies' roots, relative to runcs's own cgroup; none is the id.</param>
    /// <param name="id">The container's.</param>
    /// <param name="facts">The host's.</param>
    /// <param name="systemdCgroup">The cgroups are to be made by systemd.</param>
    /// <exception cref="RuncsException">The config asks for what cannot be, or for what is not supported yet.</exception>
    public static CgroupPlan PlanCgroups(LinuxResources? resources, string? cgroupsPath, string id, CgroupFacts facts, bool systemdCgroup = false)
    {
        if (systemdCgroup) throw RuncsException.At("--systemd-cgroup", "not supported yet");
        if (facts.Hierarchies.Count == 0) throw new RuncsException($"no cgroup hierarchy is mounted: mount cgroup2 on {CgroupFacts.Root}");
        if (resources != null) Unsupported.Refuse(resources);

        List<DeviceRule> devices = DeviceRules.Plan(resources);
        var writes = new CgroupWrites();
        if (facts.IsUnified)
            V2.Planner.Plan(resources, writes);
        else
            V1.Planner.Plan(resources, devices, writes);

        var places = new CgroupPlace[facts.Hierarchies.Count];
        CgroupPlace? ownMemory = null;
        for (int i = 0; i < places.Length; i++)
        {
            CgroupHierarchy hierarchy = facts.Hierarchies[i];
            places[i] = new CgroupPlace(hierarchy.Name, hierarchy.MountPoint, PathIn(hierarchy, cgroupsPath, id, facts.IsUnified));
            if (!facts.IsUnified && places[i].Has("memory")) ownMemory = places[i] with { Path = hierarchy.OwnPath };
        }
        Check(writes.All, places, facts);
        return new CgroupPlan
        {
            IsUnified = facts.IsUnified,
            Places = places,
            Writes = writes.All,
            Devices = devices,
            LateMemory = writes.All.Exists(write => write is { Phase: CgroupPhase.Late or CgroupPhase.SteppedOut, Controller: "memory" }),
            Controllers = facts.Controllers,
            OwnMemory = ownMemory,
            Warnings = writes.Warnings,
        };
    }

    private static string PathIn(CgroupHierarchy hierarchy, string? cgroupsPath, string id, bool isUnified)
    {
        if (string.IsNullOrEmpty(cgroupsPath)) cgroupsPath = id;
        string path = CgroupPaths.Clean(cgroupsPath[0] == '/' ? cgroupsPath : "/" + cgroupsPath);
        if (path == "/") throw RuncsException.At(PathOrigin, $"\"{cgroupsPath}\" names the root of the hierarchy, which is no container's");
        if (cgroupsPath[0] == '/') return path;
        // cgroups(7), "no internal processes": a v2 cgroup with processes, as ours is, cannot have controllers enabled for
        // its children. So the container becomes our sibling, which is where runc puts it.
        return CgroupPaths.Join(isUnified ? CgroupPaths.Parent(hierarchy.OwnPath) : hierarchy.OwnPath, path);
    }

    // A limit whose controller the host does not have must not be dropped silently.
    private static void Check(List<CgroupWrite> writes, CgroupPlace[] places, CgroupFacts facts)
    {
        foreach (CgroupWrite write in writes)
        {
            if (write.Controller.Length == 0 || HasController(write.Controller, places, facts)) continue;
            if (!write.IsOptional) throw RuncsException.At(write.Origin, $"the host has no cgroup controller \"{write.Controller}\"");
        }
        writes.RemoveAll(write => write.IsOptional && write.Controller.Length > 0 && !HasController(write.Controller, places, facts));
    }

    private static bool HasController(string controller, CgroupPlace[] places, CgroupFacts facts)
    {
        if (facts.IsUnified)
        {
            foreach (string there in facts.Controllers)
            {
                if (there == controller) return true;
            }
            return false;
        }
        foreach (CgroupPlace place in places)
        {
            if (place.Has(controller)) return true;
        }
        return false;
    }
}
