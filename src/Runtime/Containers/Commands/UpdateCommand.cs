// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;

namespace Runcs.Containers.Commands;

/// <summary><c>update</c>: new limits for a container that has not stopped.</summary>
public static class UpdateCommand
{
    /// <param name="resources">Unset members stay unchanged.</param>
    /// <param name="l3CacheSchema">A line for resctrl; "" for none.</param>
    /// <param name="memBwSchema">The same.</param>
    /// <exception cref="RuncsException">All limits are then unchanged.</exception>
    public static void Run(string root, string id, LinuxResources resources, string l3CacheSchema, string memBwSchema)
    {
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw ContainerErrors.DoesNotExist(root, id);
        ContainerRecord record = directory.ReadRecord() ?? throw ContainerErrors.DoesNotExist(root, id);
        if (!record.Init.Exists()) throw ContainerErrors.NotRunning(id, ContainerStatus.Stopped);
        using Cgroup cgroup = ContainerCgroup.Open(record) ?? throw new RuncsException($"cannot set limits: {ContainerCgroup.WhyNone(record)}");

        List<string> problems = [], warnings = [];
        CgroupLimits now = cgroup.ReadLimits();
        if (now.IsUnified && resources.Memory is { Limit: > 0, Swap: null or 0 }) now.MemoryAndSwap = record.MemoryAndSwap ?? FromConfig(directory);
        CgroupUpdate update = CgroupPlanner.PlanUpdate(resources, now, problems);
        List<(string Line, string JsonPath)> schemata = IntelRdtPlanner.PlanSchemata(l3CacheSchema, "--l3-cache-schema", memBwSchema, "--mem-bw-schema", problems, warnings);
        if (problems.Count > 0) throw Problems.Refusal(problems);
        foreach (string warning in warnings) Log.Warn(warning);
        foreach (string warning in update.Warnings) Log.Warn(warning);

        using var undo = new Undo();
        if (schemata.Count > 0) undo.Add(ResctrlGroup.Update(record.Resctrl, l3CacheSchema.Length > 0, memBwSchema.Length > 0, schemata));
        cgroup.Update(update);
        if (now.IsUnified) Remember(directory, record, resources.Memory);
        undo.Keep();
    }

    // v2 has no file for the limit of memory and swap together.
    private static void Remember(StateDirectory directory, ContainerRecord record, LinuxMemory? memory)
    {
        long? swap = memory switch
        {
            { Swap: not (null or 0) } => memory.Swap,
            { Limit: -1 } => -1,
            _ => null,
        };
        if (swap == null || swap == record.MemoryAndSwap) return;
        record.MemoryAndSwap = swap;
        directory.WriteRecord(record);
    }

    private static long? FromConfig(StateDirectory directory)
    {
        try
        {
            return Config.Read(directory.ReadConfig()).Linux?.Resources?.Memory?.Swap;
        }
        catch (OciDocumentException e)
        {
            throw RuncsException.At($"{directory.Path}/config.json", e.Message);
        }
    }
}
