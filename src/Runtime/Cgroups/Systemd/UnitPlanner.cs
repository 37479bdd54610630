// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Cgroups.Systemd;

/// <summary>The container's unit, derived from the values for its cgroup. Pure.</summary>
internal static class UnitPlanner
{
    /// <param name="allowed">On v1, whether all devices are allowed but for the exceptions.</param>
    /// <param name="exceptions">Those; null on v2.</param>
    public static UnitPlan Plan(UnitName unit, SystemdRequest request, CgroupWrites writes, bool allowed, IReadOnlyList<DeviceRule>? exceptions)
    {
        // As runc: delegated, since the container may make cgroups of its own; with all accounting, since engines read it.
        List<UnitProperty> start =
        [
            new("Description", BusValue.Of("runcs container " + NameOf(unit))),
            unit.IsSlice ? new("Wants", BusValue.Array("s", BusValue.Of(unit.Slice))) : new("Slice", BusValue.Of(unit.Slice)),
        ];
        if (!unit.IsSlice) start.Add(new("Delegate", BusValue.Of(true)));
        start.Add(new("MemoryAccounting", BusValue.Of(true)));
        start.Add(new("CPUAccounting", BusValue.Of(true)));
        start.Add(new(exceptions == null ? "IOAccounting" : "BlockIOAccounting", BusValue.Of(true)));
        start.Add(new("TasksAccounting", BusValue.Of(true)));
        start.Add(new("DefaultDependencies", BusValue.Of(false)));
        AnnotatedProperties.Plan(request.Annotations, start, writes);
        var late = new List<UnitProperty>();
        ResourceProperties.Plan(writes, null, start, late);
        PlanOomPolicy(writes.All, start);
        return new UnitPlan(unit.Name, unit.IsSlice, start, exceptions == null ? [] : DeviceProperties.Plan(allowed, exceptions, writes.Warnings), late);
    }

    // Only a new unit takes it.
    private static void PlanOomPolicy(List<CgroupWrite> writes, List<UnitProperty> start)
    {
        foreach (CgroupWrite write in writes)
        {
            if (write is { File: "memory.oom.group", Value: "0" or "1" })
                start.Add(new("OOMPolicy", BusValue.Of(write.Value == "1" ? "kill" : "continue"), Since: 253));
        }
    }

    private static string NameOf(UnitName unit) => unit.Name[..unit.Name.LastIndexOf('.')];
}
