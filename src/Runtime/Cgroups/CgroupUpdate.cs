// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Cgroups;

/// <summary>
/// New limits for an existing cgroup, for <see cref="Cgroup.Update"/>. Made by <see cref="CgroupPlanner.PlanUpdate"/>.
/// </summary>
/// <param name="Writes">In the order in which they are made.</param>
/// <param name="Checks">What must hold before anything is written.</param>
/// <param name="Warnings">Warnings that do not fail the command.</param>
public sealed record CgroupUpdate(CgroupWrite[] Writes, MemoryCheck[] Checks, string[] Warnings)
{
    /// <summary>The same for systemd.</summary>
    public IReadOnlyList<Systemd.UnitProperty> Properties { get; init; } = [];
}
