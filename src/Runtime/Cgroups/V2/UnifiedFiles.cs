// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Unified"
using System;
using System.Collections.Generic;

namespace Runcs.Cgroups.V2;

/// <summary>
/// <c>unified</c>: files of the cgroup by name, written last and line by line, without interpretation.
/// </summary>
internal static class UnifiedFiles
{
    public static void Plan(Dictionary<string, string> files, CgroupWrites writes)
    {
        foreach ((string file, string value) in files)
        {
            string jsonPath = $"linux.resources.unified[\"{file}\"]";
            int dot = file.IndexOf('.');
            if (file.Contains('/')) writes.Refuse(jsonPath, "must be the name of a file, without a slash");
            else if (dot <= 0 || dot == file.Length - 1) writes.Refuse(jsonPath, "must have the form CONTROLLER.PARAMETER");
            else Add(file, file[..dot], value, jsonPath, writes);
        }
    }

    private static void Add(string file, string controller, string value, string jsonPath, CgroupWrites writes)
    {
        // Files of the core (cgroup.max.depth) belong to no controller; every cgroup has them.
        if (controller == "cgroup") controller = "";
        CgroupPhase phase = PhaseOf(file, value, writes);
        int before = writes.All.Count;
        foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries)) writes.Add(phase, controller, file, line, jsonPath);
        // An empty value counts too: an empty cpuset.cpus means the parent's.
        if (writes.All.Count == before) writes.Add(phase, controller, file, "\n", jsonPath);
    }

    // Limits that the set-up would exceed are written when they are under their other names; and so that these files are the last.
    private static CgroupPhase PhaseOf(string file, string value, CgroupWrites writes)
    {
        if (file == "memory.max" && long.TryParse(value.AsSpan().TrimEnd('\n'), out long bytes) && bytes is > 0 and < MemoryValues.Tiny) return CgroupPhase.SteppedOut;
        foreach (CgroupWrite write in writes.All)
        {
            if (write.File == file && write.Phase is CgroupPhase.Late or CgroupPhase.SteppedOut) return write.Phase;
        }
        bool isLate = file is "pids.max" or "cpu.max" or "cpu.max.burst" or "cgroup.freeze" || (file is "memory.max" or "memory.high" && IsSmall(value.AsSpan().TrimEnd('\n')));
        return isLate ? CgroupPhase.Late : CgroupPhase.Early;
    }

    // The kernel also takes numbers with a unit (memparse()): those below G may be small, and writing them late does no harm.
    private static bool IsSmall(ReadOnlySpan<char> value) =>
        long.TryParse(value, out long bytes) ? bytes < MemoryValues.Small : value.Length > 0 && value[^1] is 'k' or 'K' or 'm' or 'M';
}
