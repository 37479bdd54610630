// SPDX-License-Identifier: Apache-2.0
// systemd.resource-control(5), "DeviceAllow="
using System.Collections.Generic;

namespace Runcs.Cgroups.Systemd;

/// <summary>
/// The device rules of cgroup v1 as properties of the unit. systemd may write them again at any time (a daemon-reload), and without
/// any it would allow all devices. On v2 it gets none and then leaves ours alone, which is better: two filters on
/// a cgroup must both allow a device, and systemd cannot express every rule.
/// </summary>
internal static class DeviceProperties
{
    /// <param name="allowed">Whether all devices are allowed, but for the exceptions, or denied.</param>
    public static List<UnitProperty> Plan(bool allowed, IReadOnlyList<DeviceRule> exceptions, List<string> warnings)
    {
        var entries = new List<BusValue>();
        // systemd cannot allow all devices with exceptions. As with runc: then rather none than all.
        if (allowed && exceptions.Count > 0) warnings.Add("linux.resources.devices: systemd cannot express which devices are denied; if it writes the rules again, all are denied");
        for (int i = 0; i < exceptions.Count && !allowed; i++)
        {
            if (PathOf(exceptions[i]) is { } path) entries.Add(BusValue.Struct(BusValue.Of(path), BusValue.Of(exceptions[i].Letters)));
            else warnings.Add($"{exceptions[i].JsonPath}: systemd has no rule for one minor number of every major number");
        }
        return
        [
            // Clears the rules that the unit may have.
            new("DeviceAllow", BusValue.Array("(ss)")),
            new("DevicePolicy", BusValue.Of(allowed && exceptions.Count == 0 ? "auto" : "strict")),
            .. entries.Count == 0 ? (UnitProperty[])[] : [new("DeviceAllow", BusValue.Array("(ss)", [.. entries]))],
        ];
    }

    // Groups by major number need systemd 240; older versions are older than the kernels that runcs supports.
    private static string? PathOf(DeviceRule rule)
    {
        string kind = rule.Kind == DeviceKind.Block ? "block" : "char";
        return (rule.Major, rule.Minor) switch
        {
            (null, null) => kind + "-*",
            (null, _) => null,
            ({ } major, null) => $"{kind}-{major}",
            ({ } major, { } minor) => $"/dev/{kind}/{major}:{minor}",
        };
    }
}
