// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;

namespace Runcs.Cgroups.Systemd;

/// <summary>The unit that systemd makes for the container.</summary>
/// <param name="Name">With its type.</param>
/// <param name="IsSlice">A slice instead of a scope: systemd puts no process into it.</param>
/// <param name="Start">What it is made with.</param>
/// <param name="Devices">What it gets with the device rules.</param>
/// <param name="Late">What it gets with the limits that would strike the set-up.</param>
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
