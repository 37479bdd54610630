// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>What v1 and v2 share of <c>blockIO</c>.</summary>
internal static class BlockDevices
{
    public const string WeightOrigin = "linux.resources.blockIO.weight", LeafWeightOrigin = "linux.resources.blockIO.leafWeight", WeightDeviceOrigin = "linux.resources.blockIO.weightDevice";

    /// <summary><c>8:0</c>; null if the numbers are not valid, which the writes then report.</summary>
    public static string? Number(long major, long minor, string origin, CgroupWrites writes)
    {
        if (major is >= 0 and <= uint.MaxValue && minor is >= 0 and <= uint.MaxValue) return string.Concat(major.ToString(), ":", minor.ToString());
        writes.Refuse(origin, $"must have device numbers, got {major}:{minor}");
        return null;
    }

    /// <summary>config-linux.md, "Block IO": an entry must have one of both. 0 asks for nothing, as engines write it.</summary>
    public static bool HasWeight(LinuxWeightDevice device, string origin, CgroupWrites writes)
    {
        if (device.Weight != null || device.LeafWeight != null) return true;
        writes.Refuse(origin, "must have weight or leafWeight");
        return false;
    }

    /// <summary>Bytes or operations a second, of reads or of writes.</summary>
    /// <param name="isZeroMax">On v1 a 0 takes the limit away, on v2 <c>max</c> does.</param>
    /// <param name="key">What stands before the number.</param>
    public static void PlanThrottle(LinuxThrottleDevice[] devices, string list, string controller, string file, string key, bool isZeroMax, CgroupWrites writes)
    {
        for (int i = 0; i < devices.Length; i++)
        {
            string origin = Origin.Element(list, i);
            if (Number(devices[i].Major, devices[i].Minor, origin, writes) is not { } number) continue;
            string rate = devices[i].Rate == 0 && isZeroMax ? "max" : devices[i].Rate.ToString();
            writes.All.Add(new(CgroupPhase.Early, controller, file, string.Concat(number, " ", key, rate), origin) { WhyMissing = "the kernel has no throttling (CONFIG_BLK_DEV_THROTTLING)" });
        }
    }
}
