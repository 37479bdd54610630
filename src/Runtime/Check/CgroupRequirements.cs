// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Check;

/// <summary>
/// Requirements of <c>linux.resources</c>: CPUs, memory nodes, devices, and the files of the kernel's controllers.
/// </summary>
internal static class CgroupRequirements
{
    private const string Resources = "linux.resources";

    public static void Check(LinuxResources resources, CgroupPlan plan, UnmetRequirements unmet)
    {
        if (resources.CPU is { } cpu)
        {
            // A v2 cpuset may contain offline CPUs (cgroup-v2.rst, "Cpuset"); a v1 cpuset accepts only its parent's.
            string state = plan.IsUnified ? "possible" : "online";
            CheckList($"{Resources}.cpu.cpus", cpu.Cpus, "CPU", "/sys/devices/system/cpu", state, unmet);
            CheckList($"{Resources}.cpu.mems", cpu.Mems, "memory node", "/sys/devices/system/node", state, unmet);
        }
        if (resources.BlockIO is { } io) CheckBlockDevices(io, unmet);
        foreach (string device in resources.Rdma.Keys)
            if (!HostFiles.Exists($"/sys/class/infiniband/{device}")) unmet.Add($"{Resources}.rdma[\"{device}\"]", "the host has no RDMA device of this name");
        LinuxInterfacePriority[] priorities = resources.Network?.Priorities ?? [];
        for (int i = 0; i < priorities.Length; i++)
            if (!HostFiles.Exists($"/sys/class/net/{priorities[i].Name}")) unmet.Add($"{Resources}.network.priorities[{i}].name", $"the host has no network device \"{priorities[i].Name}\"");
        CheckFiles(plan, unmet);
        if (plan is { IsPathGiven: true, Unit: null }) CheckUnused(plan, unmet);
    }

    private static void CheckUnused(CgroupPlan plan, UnmetRequirements unmet)
    {
        try
        {
            using NewCgroup cgroup = NewCgroup.Open(plan);
            cgroup.CheckUnused();
        }
        catch (RuncsException e)
        {
            unmet.Add("linux.cgroupsPath", e.Message);
        }
    }

    /// <summary>Checks that the host has the numbers of a list.</summary>
    /// <param name="directory">Of sysfs, with the host's numbers in a file of the name <paramref name="state"/>.</param>
    /// <param name="oneWillDo">The kernel ignores missing ones unless all are missing.</param>
    public static void CheckList(string jsonPath, string list, string what, string directory, string state, UnmetRequirements unmet, bool oneWillDo = false)
    {
        // Without NUMA support there is only node 0.
        string present = HostFiles.Text($"{directory}/{state}")?.TrimEnd('\n') ?? "0";
        if (list.Length == 0 || !ListFormat.TryParse(list, out ulong[] wanted, out _) || !ListFormat.TryParse(present, out ulong[] there, out _)) return;
        for (int word = 0; oneWillDo && word < Math.Min(wanted.Length, there.Length); word++)
            if ((wanted[word] & there[word]) != 0) return;
        for (int word = 0; word < wanted.Length; word++)
        {
            ulong missing = wanted[word] & ~(word < there.Length ? there[word] : 0);
            if (missing == 0) continue;
            unmet.Add(jsonPath, $"the host has no {what} {word * 64 + System.Numerics.BitOperations.TrailingZeroCount(missing)}: it has {present}");
            return;
        }
    }

    private static void CheckBlockDevices(LinuxBlockIO io, UnmetRequirements unmet)
    {
        for (int i = 0; i < io.WeightDevice.Length; i++) CheckBlockDevice($"weightDevice[{i}]", io.WeightDevice[i].Major, io.WeightDevice[i].Minor, unmet);
        CheckThrottled("throttleReadBpsDevice", io.ThrottleReadBpsDevice, unmet);
        CheckThrottled("throttleWriteBpsDevice", io.ThrottleWriteBpsDevice, unmet);
        CheckThrottled("throttleReadIOPSDevice", io.ThrottleReadIOPSDevice, unmet);
        CheckThrottled("throttleWriteIOPSDevice", io.ThrottleWriteIOPSDevice, unmet);
    }

    private static void CheckThrottled(string field, LinuxThrottleDevice[] devices, UnmetRequirements unmet)
    {
        for (int i = 0; i < devices.Length; i++) CheckBlockDevice($"{field}[{i}]", devices[i].Major, devices[i].Minor, unmet);
    }

    // Limits apply to a whole disk (blkg_conf_open_bdev() in block/blk-cgroup.c).
    private static void CheckBlockDevice(string field, long major, long minor, UnmetRequirements unmet)
    {
        string device = $"/sys/dev/block/{major}:{minor}";
        if (!HostFiles.Exists(device)) unmet.Add($"{Resources}.blockIO.{field}", $"the host has no block device {major}:{minor}");
        else if (HostFiles.Exists($"{device}/partition")) unmet.Add($"{Resources}.blockIO.{field}", $"{major}:{minor} is a partition: limits are for whole disks");
    }

    // The files of a controller depend on the kernel's configuration; the root of a hierarchy lacks some of them.
    private static void CheckFiles(CgroupPlan plan, UnmetRequirements unmet)
    {
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (CgroupWrite write in plan.Writes)
        {
            if (write.IsOptional || write.Controller.Length == 0 || SampleOf(plan, write.Controller) is not { } sample) continue;
            if (HostFiles.Exists($"{sample}/{write.File}") || (write.Instead is { } other && HostFiles.Exists($"{sample}/{other.File}"))) continue;
            CgroupWrite missing = write.Instead ?? write;
            string why = missing.WhyMissing.Length > 0 ? $": {missing.WhyMissing}" : "";
            if (reported.Add(write.JsonPath)) unmet.Add(write.JsonPath, $"the host's cgroups have no file {write.File}{why}");
        }
    }

    // A cgroup below the root that has the controller; null if there is none yet.
    private static string? SampleOf(CgroupPlan plan, string controller)
    {
        foreach (CgroupPlace place in plan.Places)
        {
            if (!place.IsUnified && !place.Has(controller)) continue;
            foreach (string directory in HostFiles.Directories(place.MountPoint))
            {
                if (!place.IsUnified || HostFiles.Contains(HostFiles.Text($"{directory}/cgroup.controllers"), controller)) return directory;
            }
        }
        return null;
    }
}
