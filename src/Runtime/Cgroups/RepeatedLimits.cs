// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>
/// Elements of a list in <c>linux.resources</c> that give one thing two values: the kernel would keep the last. The same value twice
/// is no contradiction.
/// </summary>
internal static class RepeatedLimits
{
    public static void Check(LinuxResources resources, CgroupWrites writes)
    {
        Check("linux.resources.hugepageLimits", resources.HugepageLimits, static limit => limit.PageSize, static limit => limit.Limit.ToString(), writes);
        Check("linux.resources.network.priorities", resources.Network?.Priorities, static priority => priority.Name, static priority => priority.Priority.ToString(), writes);
        if (resources.BlockIO is not { } io) return;
        Check("linux.resources.blockIO.weightDevice", io.WeightDevice, static device => $"{device.Major}:{device.Minor}", static device => $"{device.Weight} {device.LeafWeight}", writes);
        CheckThrottle("ReadBps", io.ThrottleReadBpsDevice, writes);
        CheckThrottle("WriteBps", io.ThrottleWriteBpsDevice, writes);
        CheckThrottle("ReadIOPS", io.ThrottleReadIOPSDevice, writes);
        CheckThrottle("WriteIOPS", io.ThrottleWriteIOPSDevice, writes);
    }

    private static void CheckThrottle(string kind, LinuxThrottleDevice[] devices, CgroupWrites writes) =>
        Check($"linux.resources.blockIO.throttle{kind}Device", devices, static device => $"{device.Major}:{device.Minor}", static device => device.Rate.ToString(), writes);

    private static void Check<T>(string field, T[]? elements, Func<T, string> key, Func<T, string> value, CgroupWrites writes)
    {
        // As many as a person writes; each is compared with those before it.
        const int Most = 256;
        if (elements is not { Length: > 1 and <= Most }) return;
        for (int i = 1; i < elements.Length; i++)
        {
            int first = Array.FindIndex(elements, 0, i, earlier => key(earlier) == key(elements[i]));
            if (first >= 0 && value(elements[first]) != value(elements[i])) writes.Refuse($"{field}[{i}]", $"contradicts {field}[{first}]: both are for \"{key(elements[i])}\"");
        }
    }
}
