// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/net_cls.rst and net_prio.rst
using System;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

/// <summary>The controllers that mark the packets of the container's processes.</summary>
internal static class NetworkControllers
{
    public static void Plan(LinuxNetwork network, CgroupWrites writes)
    {
        // Engines write 0, the class of a packet without one.
        if (network.ClassID is { } id)
            writes.All.Add(new(CgroupPhase.Early, "net_cls", "net_cls.classid", id.ToString(), "linux.resources.network.classID") { IsOptional = id == 0 });
        for (int i = 0; i < network.Priorities.Length; i++)
        {
            LinuxInterfacePriority priority = network.Priorities[i];
            string jsonPath = JsonPath.Element("linux.resources.network.priorities", i);
            if (priority.Name.Length == 0 || priority.Name.AsSpan().ContainsAny(' ', '\n')) writes.Refuse(jsonPath + ".name", $"must be the name of an interface, got \"{priority.Name}\"");
            else writes.Add(CgroupPhase.Early, "net_prio", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}", jsonPath);
        }
    }
}
