// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>When a value is written.</summary>
public enum CgroupPhase
{
    /// <summary>When the directory is made: without these values it takes no process.</summary>
    Initial,

    /// <summary>Before the hooks.</summary>
    Early,

    /// <summary>By the child, once it has left the v1 <c>memory</c> cgroup again: nothing is charged to it then, so a small limit fits.</summary>
    SteppedOut,

    /// <summary>Once the exec stage waits: limits that the set-up itself would exceed.</summary>
    Late,
}
