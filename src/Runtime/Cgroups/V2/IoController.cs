// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "IO Interface Files"; Documentation/block/bfq-iosched.rst
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

internal static class IoController
{
    private const string Name = "io", List = "linux.resources.blockIO.throttle", NoLeaf = "leaf weights";

    public static void Plan(LinuxBlockIO io, CgroupWrites writes)
    {
        if (io.Weight is > 0) AddWeight("default ", "", io.Weight.Value, BlockDevices.WeightOrigin, writes);
        if (io.LeafWeight is > 0) writes.RefuseOnV2(BlockDevices.LeafWeightOrigin, NoLeaf);
        for (int i = 0; i < io.WeightDevice.Length; i++)
        {
            LinuxWeightDevice device = io.WeightDevice[i];
            string origin = Origin.Element(BlockDevices.WeightDeviceOrigin, i);
            if (!BlockDevices.HasWeight(device, origin, writes) || BlockDevices.Number(device.Major, device.Minor, origin, writes) is not { } number) continue;
            if (device.Weight is > 0) AddWeight(number + " ", number + " ", device.Weight.Value, origin + ".weight", writes);
            if (device.LeafWeight is > 0) writes.RefuseOnV2(origin + ".leafWeight", NoLeaf);
        }
        PlanThrottle(io.ThrottleReadBpsDevice, "ReadBpsDevice", "rbps=", writes);
        PlanThrottle(io.ThrottleWriteBpsDevice, "WriteBpsDevice", "wbps=", writes);
        PlanThrottle(io.ThrottleReadIOPSDevice, "ReadIOPSDevice", "riops=", writes);
        PlanThrottle(io.ThrottleWriteIOPSDevice, "WriteIOPSDevice", "wiops=", writes);
    }

    // The config's weights are BFQ's own, where the kernel has BFQ (since 5.4 with devices).
    private static void AddWeight(string what, string whatOfBfq, ushort weight, string origin, CgroupWrites writes) =>
        writes.All.Add(new(CgroupPhase.Early, Name, "io.bfq.weight", whatOfBfq + weight.ToString(), origin)
        {
            Instead = new(CgroupPhase.Early, Name, "io.weight", what + Weight(weight).ToString(), origin) { WhyMissing = "the kernel has neither BFQ nor the I/O cost controller (CONFIG_BFQ_GROUP_IOSCHED, CONFIG_BLK_CGROUP_IOCOST)" },
        });

    private static void PlanThrottle(LinuxThrottleDevice[] devices, string list, string key, CgroupWrites writes) =>
        BlockDevices.PlanThrottle(devices, List + list, Name, "io.max", key, isZeroMax: true, writes);

    /// <summary>v1's 10 to 1000 on v2's 1 to 10000: the straight line that runc and crun have agreed on.</summary>
    internal static ulong Weight(ushort weight)
    {
        const ulong Least = 10, Most = 1000;
        return weight <= Least ? 1 : weight >= Most ? 10000 : 1 + (weight - Least) * 9999 / 990;
    }
}
