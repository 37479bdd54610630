// SPDX-License-Identifier: Apache-2.0
// systemd.resource-control(5), "DeviceAllow="
using System.Collections.Generic;

namespace Runcs.Cgroups.Systemd;

/// <summary>
/// The device rules of cgroup v1 as systemd has them. It writes them again whenever it likes (a daemon-reload), and without
/// any it would allow all devices. On v2 it has none of its own then, and leaves ours alone, which is better: two filters on
/// a cgroup must both allow a device, and systemd cannot be told every rule.
/// </summary>
internal static class DeviceProperties
{
    /// <param name="allowed">Whether all devices are allowed, but for the exceptions, or denied.</param>
    public static List<UnitProperty> Plan(bool allowed, IReadOnlyList<DeviceRule> exceptions, List<string> warnings)
    {
        var entries = new List<BusValue>();
        // systemd knows no exceptions from all devices. As runc: if it comes to it, rather none than all.
        if (allowed && exceptions.Count > 0) warnings.Add("linux.resources.devices: systemd cannot be told which devices are denied; should it write the rules again, all would be");
        for (int i = 0; i < exceptions.Count && !allowed; i++)
        {
            if (PathOf(exceptions[i]) is { } path) entries.Add(BusValue.Struct(BusValue.Of(path), BusValue.Of(exceptions[i].Letters)));
            else warnings.Add($"{exceptions[i].Origin}: systemd has no rule for one minor number of every major number");
        }
        return
        [
            // Takes away what the unit may have.
            new("DeviceAllow", BusValue.Array("(ss)")),
            new("DevicePolicy", BusValue.Of(allowed && exceptions.Count == 0 ? "auto" : "strict")),
            .. entries.Count == 0 ? (UnitProperty[])[] : [new("DeviceAllow", BusValue.Array("(ss)", [.. entries]))],
        ];
    }

    // Groups by their major number are of systemd 240; what is older is older than the kernels that runcs is for.
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
