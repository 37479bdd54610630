// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>The limit of tasks, in a file that v1 and v2 share.</summary>
internal static class PidsLimit
{
    // Late: the set-up and the hooks inside may fork. 0 is a limit like any other (config-linux.md, "PIDs"): the program runs
    // but cannot fork. runc writes 1 for it, because systemd refuses 0.
    public static void Plan(LinuxPids pids, CgroupWrites writes)
    {
        if (pids.Limit is not { } limit) return;
        writes.All.Add(new(CgroupPhase.Late, "pids", "pids.max", limit < 0 ? "max" : limit.ToString(), "linux.resources.pids.limit") { IsOptional = limit < 0 });
    }
}
