// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.OciSpec;

namespace Runcs.Network;

/// <summary>From <c>linux.netDevices</c> to <see cref="NetDevicePlan"/>s.</summary>
public static class NetDevicePlanner
{
    // Includes the terminating null (netdevice(7)).
    private const int IFNAMSIZ = 16;
    private const string Template = "%d";

    /// <param name="inHostNetwork">The container has no network namespace of its own.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    public static NetDevicePlan[] PlanNetDevices(Dictionary<string, LinuxNetDevice> devices, bool inHostNetwork, List<string> problems)
    {
        if (devices.Count == 0) return [];
        if (inHostNetwork) problems.Add("linux.netDevices: needs a network namespace in linux.namespaces that is not the host's");
        var plans = new List<NetDevicePlan>(devices.Count);
        foreach ((string name, LinuxNetDevice device) in devices)
        {
            string jsonPath = $"linux.netDevices.{name}";
            if (WhyNotAName(name) is { } fault) problems.Add($"{jsonPath}: {fault}");
            if (device.Name.Length > 0 && WhyNotATemplate(device.Name) is { } innerFault) problems.Add($"{jsonPath}.name: {innerFault}");
            string inner = device.Name.Length == 0 ? name : device.Name;
            if (!inner.EndsWith(Template, StringComparison.Ordinal) && plans.Exists(plan => Inner(plan) == inner))
                problems.Add($"{jsonPath}.name: two devices would be named \"{inner}\"");
            plans.Add(new NetDevicePlan(name, device.Name, jsonPath));
        }
        return [.. plans];
    }

    private static string Inner(NetDevicePlan plan) => plan.InnerName.Length == 0 ? plan.Name : plan.InnerName;

    // config-linux.md, "Network Devices": the template is "%d" at the end of the name.
    private static string? WhyNotATemplate(string name)
    {
        bool template = name.EndsWith(Template, StringComparison.Ordinal);
        // The template must fit as well.
        return WhyNotTooLong(name) ?? WhyNotAName(template && name.Length > Template.Length ? name[..^Template.Length] : name);
    }

    // The kernel's dev_valid_name(), and no percent sign, which marks a template.
    private static string? WhyNotAName(string name)
    {
        if (name.Length == 0) return "the name of a network device must not be empty";
        if (WhyNotTooLong(name) is { } fault) return fault;
        foreach (char character in name)
            if (character is '/' or ':' or '%' || char.IsWhiteSpace(character))
                return $"\"{name}\" is no name of a network device: it has '{character}' in it";
        return name is "." or ".." ? $"\"{name}\" is no name of a network device" : null;
    }

    private static string? WhyNotTooLong(string name) => Encoding.UTF8.GetByteCount(name) < IFNAMSIZ ? null
        : $"\"{name}\" is no name of a network device: it has more than {IFNAMSIZ - 1} bytes";
}
