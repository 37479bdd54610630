// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups.Systemd;

/// <summary>One property of a unit (org.freedesktop.systemd1(5)).</summary>
/// <param name="Since">The first version of systemd that has the property; 0 if every version still in use has it.</param>
public sealed record UnitProperty(string Name, BusValue Value, int Since = 0)
{
    internal BusValue ToBus() => BusValue.Struct(BusValue.Of(Name), BusValue.Variant(Value));

    public override string ToString() => string.Concat(Name, "=", Value.ToString(), Since == 0 ? "" : $" (systemd {Since})");
}
