// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cgroups.Systemd;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>Makes a <see cref="CgroupPlan"/> from the config and the host's facts. Pure.</summary>
public static class CgroupPlanner
{
    private const string Field = "linux.cgroupsPath";

    /// <param name="resources"><c>linux.resources</c>.</param>
    /// <param name="cgroupsPath"><c>linux.cgroupsPath</c>: absolute from the roots of the hierarchies, or relative to the cgroup of runcs; null or empty for the id.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="facts">The host's cgroups.</param>
    /// <param name="problems">Receives the errors of the config, each with its JSON path; null to throw them.</param>
    /// <param name="owner">The user to whom a v2 cgroup is given; null for root.</param>
    /// <param name="systemd">For cgroups that systemd makes; null for others.</param>
    /// <param name="rootless">As <see cref="CgroupPlan.Rootless"/>.</param>
    /// <exception cref="RuncsException">Without <paramref name="problems"/>, the config asks for what cannot be.</exception>
    public static CgroupPlan PlanCgroups(LinuxResources? resources, string? cgroupsPath, string id, CgroupFacts facts, List<string>? problems = null, uint? owner = null, SystemdRequest? systemd = null, bool rootless = false)
    {
        var writes = new CgroupWrites();
        // runc's message.
        if (systemd is { IsRunning: false }) writes.Problems.Add("systemd not running on this host, cannot use systemd cgroups manager");
        if (systemd is { Problem.Length: > 0 }) writes.Problems.Add(systemd.Problem);
        // runc's message.
        if (systemd is { UserManager.Length: > 0 } && !facts.IsUnified) writes.Problems.Add("cgroup v2 not enabled on this host, can't use systemd (rootless) as cgroups manager");
        if (facts.Hierarchies.Length == 0) writes.Problems.Add($"no cgroup hierarchy is mounted: mount cgroup2 on {CgroupFacts.Root}");
        DeviceRule[] devices = DeviceRules.Plan(resources, writes);
        if (resources != null) RepeatedLimits.Check(resources, writes);
        if (resources != null && facts.IsUnified) V2.Planner.Plan(resources, writes, null);
        else if (resources != null) V1.Planner.Plan(resources, writes, isUpdate: false);
        if (!facts.IsUnified) V1.DevicesController.Plan(devices, writes);

        UnitName? unit = systemd == null ? null : NameUnit(cgroupsPath, id, systemd.UserManager, writes);
        var places = new CgroupPlace[facts.Hierarchies.Length];
        CgroupPlace[] own = OwnPlaces(facts);
        CgroupPlace? ownMemory = null;
        bool stepsOut = writes.All.Exists(static write => write.Phase == CgroupPhase.SteppedOut);
        for (int i = 0; i < places.Length; i++)
        {
            CgroupHierarchy hierarchy = facts.Hierarchies[i];
            places[i] = new CgroupPlace(hierarchy.Name, hierarchy.MountPoint, unit?.Path ?? PathIn(hierarchy, cgroupsPath, id, facts.IsUnified && !facts.IsBelowOwn, writes));
            // Not out of a unit, which ends when it is empty (systemd.scope(5)).
            if (facts.IsUnified ? unit == null && stepsOut : places[i].Has("memory")) ownMemory = own[i];
        }
        if (places.Length > 0) Check(writes, facts.IsUnified ? facts.Controllers : ControllersOf(places), "the host has no cgroup controller");
        UnitPlan? unitPlan = systemd == null || unit == null ? null : PlanUnit(unit, systemd, writes, facts.IsUnified, devices);
        Tell(writes, problems);
        return new CgroupPlan
        {
            Unit = unitPlan,
            IsUnified = facts.IsUnified,
            Places = places,
            Own = own,
            Writes = [.. writes.All],
            Checks = [.. writes.Checks],
            Devices = devices,
            LateMemory = writes.All.Exists(write => write is { Phase: CgroupPhase.Late or CgroupPhase.SteppedOut, Controller: "memory" }),
            Controllers = facts.Controllers,
            OwnMemory = ownMemory,
            Owner = facts.IsUnified ? owner : null,
            Warnings = [.. writes.Warnings],
            Rootless = rootless && systemd is not { UserManager.Length: 0 },
            IsPathGiven = !string.IsNullOrEmpty(cgroupsPath),
        };
    }

    /// <summary>For a container without cgroups: its processes stay in the cgroups of this one, and nothing limits them.</summary>
    /// <param name="resources"><c>linux.resources</c>: invalid values are errors, valid ones warnings.</param>
    /// <param name="facts">The host's cgroups, which the container's mounts of type <c>cgroup</c> show.</param>
    /// <param name="hasOwnPids">The container has its own pid namespace, which is then all that holds its processes together.</param>
    /// <param name="problems">As with <see cref="PlanCgroups"/>.</param>
    public static CgroupPlan PlanNone(LinuxResources? resources, CgroupFacts facts, bool hasOwnPids, List<string> problems)
    {
        const string Without = "without cgroups (--cgroup-manager disabled)";
        var writes = new CgroupWrites();
        DeviceRules.Plan(resources, writes);
        if (resources != null && facts.IsUnified) V2.Planner.Plan(resources, writes, null);
        else if (resources != null) V1.Planner.Plan(resources, writes, isUpdate: false);
        Tell(writes, problems);
        var warnings = new List<string>();
        foreach (CgroupWrite write in writes.All)
        {
            string warning = $"{write.JsonPath}: has no effect {Without}";
            if (!write.IsOptional && !warnings.Contains(warning)) warnings.Add(warning);
        }
        if (!hasOwnPids) warnings.Add($"linux.namespaces: {Without} and its own pid namespace, the container's processes but the first outlive it");
        return new CgroupPlan { IsUnified = facts.IsUnified, Places = [], Own = OwnPlaces(facts), Writes = [], Devices = [], LateMemory = false, Warnings = [.. warnings] };
    }

    /// <summary>For <c>update</c>: the values to write to a cgroup that has its limits already. Device rules do not change.</summary>
    /// <param name="now">From <see cref="Cgroup.ReadLimits"/>.</param>
    /// <param name="problems">As with <see cref="PlanCgroups"/>.</param>
    /// <exception cref="RuncsException">Without <paramref name="problems"/>, the resources ask for what cannot be.</exception>
    public static CgroupUpdate PlanUpdate(LinuxResources resources, CgroupLimits now, List<string>? problems = null)
    {
        var writes = new CgroupWrites();
        RepeatedLimits.Check(resources, writes);
        if (now.IsUnified) V2.Planner.Plan(resources, writes, now);
        else V1.Planner.Plan(resources, writes, isUpdate: true);
        Check(writes, now.Controllers, now.IsUnified ? "the container's cgroup has not been given the controller" : "the host has no cgroup controller");
        var properties = new List<UnitProperty>();
        if (now.Unit.Length > 0) ResourceProperties.Plan(writes, now.CpuPeriod, properties, properties);
        Tell(writes, problems);
        return new CgroupUpdate([.. writes.All], [.. writes.Checks], [.. writes.Warnings]) { Properties = properties };
    }

    private static CgroupPlace[] OwnPlaces(CgroupFacts facts)
    {
        var places = new CgroupPlace[facts.Hierarchies.Length];
        for (int i = 0; i < places.Length; i++)
        {
            CgroupHierarchy hierarchy = facts.Hierarchies[i];
            places[i] = new CgroupPlace(hierarchy.Name, hierarchy.MountPoint, hierarchy.OwnPath);
        }
        return places;
    }

    // Null if the path does not name a unit; the problem is then in the writes.
    private static UnitName? NameUnit(string? cgroupsPath, string id, string manager, CgroupWrites writes)
    {
        string problem = UnitName.TryParse(cgroupsPath, id, out UnitName? unit, manager);
        if (problem.Length == 0) return unit;
        writes.Refuse(Field, problem);
        return null;
    }

    private static UnitPlan PlanUnit(UnitName unit, SystemdRequest request, CgroupWrites writes, bool isUnified, DeviceRule[] devices)
    {
        // Rules that v1 cannot express are in the problems already.
        if (isUnified || writes.Problems.Count > 0) return UnitPlanner.Plan(unit, request, writes, false, isUnified ? null : []);
        (bool allowed, List<DeviceRule> exceptions) = V1.DevicesController.Play(devices);
        return UnitPlanner.Plan(unit, request, writes, allowed, exceptions);
    }

    private static void Tell(CgroupWrites writes, List<string>? problems)
    {
        if (writes.Problems.Count == 0) return;
        if (problems == null) throw new RuncsException(string.Join("; ", writes.Problems));
        problems.AddRange(writes.Problems);
    }

    private static string PathIn(CgroupHierarchy hierarchy, string? cgroupsPath, string id, bool isBeside, CgroupWrites writes)
    {
        if (string.IsNullOrEmpty(cgroupsPath)) cgroupsPath = id;
        string path = CgroupPaths.Clean(cgroupsPath[0] == '/' ? cgroupsPath : "/" + cgroupsPath);
        if (path == "/")
        {
            string problem = $"{Field}: \"{cgroupsPath}\" names the root of the hierarchy, which cannot be a container's cgroup";
            if (!writes.Problems.Contains(problem)) writes.Problems.Add(problem);
        }
        if (cgroupsPath[0] == '/') return path;
        // cgroups(7), "no internal processes": a v2 cgroup with processes, as ours is, cannot have controllers enabled
        // for its children. So the container becomes our sibling, as with runc.
        return CgroupPaths.Join(isBeside ? CgroupPaths.Parent(hierarchy.OwnPath) : hierarchy.OwnPath, path);
    }

    // A limit whose controller the host does not have must not be dropped silently.
    private static void Check(CgroupWrites writes, string[] controllers, string problem)
    {
        List<CgroupWrite> all = writes.All;
        bool drops = false;
        string last = "";
        foreach (CgroupWrite write in all)
        {
            if (Has(write.Controller, controllers)) continue;
            drops = true;
            // Once for a field with many values.
            if (!write.IsOptional && write.JsonPath != last) writes.Refuse(last = write.JsonPath, $"{problem} \"{write.Controller}\"");
        }
        if (drops) all.RemoveAll(write => !Has(write.Controller, controllers));
    }

    private static bool Has(string controller, string[] controllers)
    {
        if (controller.Length == 0) return true;
        for (int i = 0; i < controllers.Length; i++)
        {
            if (controllers[i] == controller) return true;
        }
        return false;
    }

    private static string[] ControllersOf(CgroupPlace[] places)
    {
        var controllers = new List<string>(places.Length + 2);
        foreach (CgroupPlace place in places)
        {
            foreach (string controller in place.Controllers) controllers.Add(controller);
        }
        return [.. controllers];
    }
}
