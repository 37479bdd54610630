// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

/// <summary>Number of tasks; v2 has the same file.</summary>
internal static class PidsController
{
    // Late: the set-up and the hooks inside may fork. 0 would not let anything in; 1 lets the program in and nothing else,
    // which is what runc and youki write for it.
    public static void Plan(LinuxPids pids, CgroupWrites writes)
    {
        if (pids.Limit is not { } limit) return;
        string value = limit switch { < 0 => "max", 0 => "1", _ => limit.ToString() };
        writes.All.Add(new(CgroupPhase.Late, "pids", "pids.max", value, "linux.resources.pids.limit") { IsOptional = limit < 0 });
    }
}
