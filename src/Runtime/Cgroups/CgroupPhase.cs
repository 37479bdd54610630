// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>When a value is written.</summary>
public enum CgroupPhase
{
    /// <summary>When the directory is made: without these values it takes no process.</summary>
    Initial,

    /// <summary>Before the hooks.</summary>
    Early,

    /// <summary>
    /// While the process is not in the cgroup, on v1 that of <c>memory</c>: nothing is charged to it then, so a small limit fits. On v1 by
    /// the child once it has left, on v2 before it enters again.
    /// </summary>
    SteppedOut,

    /// <summary>Once the exec stage waits: limits that the set-up itself would exceed.</summary>
    Late,
}
