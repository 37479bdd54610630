// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;

namespace Runcs.Cgroups.Systemd;

/// <summary>The unit that systemd creates for the container.</summary>
/// <param name="Name">The name with its type.</param>
/// <param name="IsSlice">A slice instead of a scope: systemd puts no process into it.</param>
/// <param name="Start">The properties that it is created with.</param>
/// <param name="Devices">The properties that are set with the device rules.</param>
/// <param name="Late">The properties that are set with the limits that the set-up would exceed.</param>
public sealed record UnitPlan(string Name, bool IsSlice, IReadOnlyList<UnitProperty> Start, IReadOnlyList<UnitProperty> Devices, IReadOnlyList<UnitProperty> Late)
{
    public void Describe(StringBuilder text)
    {
        text.Append("unit ").Append(Name).Append('\n');
        foreach (UnitProperty property in Start) text.Append("start with ").Append(property).Append('\n');
        foreach (UnitProperty property in Devices) text.Append("with the devices ").Append(property).Append('\n');
        foreach (UnitProperty property in Late) text.Append("late ").Append(property).Append('\n');
    }
}
