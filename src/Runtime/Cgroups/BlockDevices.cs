// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>The parts of <c>blockIO</c> that v1 and v2 share.</summary>
internal static class BlockDevices
{
    public const string WeightPath = "linux.resources.blockIO.weight", LeafWeightPath = "linux.resources.blockIO.leafWeight", WeightDevicePath = "linux.resources.blockIO.weightDevice";

    /// <summary>Returns <c>8:0</c>; null, with a problem in the writes, if the numbers are invalid.</summary>
    public static string? Number(long major, long minor, string jsonPath, CgroupWrites writes)
    {
        if (major is >= 0 and <= uint.MaxValue && minor is >= 0 and <= uint.MaxValue) return string.Concat(major.ToString(), ":", minor.ToString());
        writes.Refuse(jsonPath, $"must have device numbers, got {major}:{minor}");
        return null;
    }

    /// <summary>config-linux.md, "Block IO": an entry must have one of the two. 0 sets nothing: engines write it.</summary>
    public static bool HasWeight(LinuxWeightDevice device, string jsonPath, CgroupWrites writes)
    {
        if (device.Weight != null || device.LeafWeight != null) return true;
        writes.Refuse(jsonPath, "must have weight or leafWeight");
        return false;
    }

    /// <summary>Limits of bytes or operations per second, for reads or writes.</summary>
    /// <param name="isZeroMax">On v1 a 0 removes the limit, on v2 <c>max</c> does.</param>
    /// <param name="key">The text before the number.</param>
    public static void PlanThrottle(LinuxThrottleDevice[] devices, string list, string controller, string file, string key, bool isZeroMax, CgroupWrites writes)
    {
        for (int i = 0; i < devices.Length; i++)
        {
            string jsonPath = JsonPath.Element(list, i);
            if (Number(devices[i].Major, devices[i].Minor, jsonPath, writes) is not { } number) continue;
            string rate = devices[i].Rate == 0 && isZeroMax ? "max" : devices[i].Rate.ToString();
            writes.All.Add(new(CgroupPhase.Early, controller, file, string.Concat(number, " ", key, rate), jsonPath) { WhyMissing = "the kernel has no throttling (CONFIG_BLK_DEV_THROTTLING)" });
        }
    }
}
