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
        if (io.Weight is > 0) AddWeight("default ", "", io.Weight.Value, BlockDevices.WeightPath, writes);
        if (io.LeafWeight is > 0) writes.RefuseOnV2(BlockDevices.LeafWeightPath, NoLeaf);
        for (int i = 0; i < io.WeightDevice.Length; i++)
        {
            LinuxWeightDevice device = io.WeightDevice[i];
            string jsonPath = JsonPath.Element(BlockDevices.WeightDevicePath, i);
            if (!BlockDevices.HasWeight(device, jsonPath, writes) || BlockDevices.Number(device.Major, device.Minor, jsonPath, writes) is not { } number) continue;
            if (device.Weight is > 0) AddWeight(number + " ", number + " ", device.Weight.Value, jsonPath + ".weight", writes);
            if (device.LeafWeight is > 0) writes.RefuseOnV2(jsonPath + ".leafWeight", NoLeaf);
        }
        PlanThrottle(io.ThrottleReadBpsDevice, "ReadBpsDevice", "rbps=", writes);
        PlanThrottle(io.ThrottleWriteBpsDevice, "WriteBpsDevice", "wbps=", writes);
        PlanThrottle(io.ThrottleReadIOPSDevice, "ReadIOPSDevice", "riops=", writes);
        PlanThrottle(io.ThrottleWriteIOPSDevice, "WriteIOPSDevice", "wiops=", writes);
    }

    // The config's weights are those of BFQ, if the kernel has it (for devices since 5.4).
    private static void AddWeight(string what, string whatOfBfq, ushort weight, string jsonPath, CgroupWrites writes) =>
        writes.All.Add(new(CgroupPhase.Early, Name, "io.bfq.weight", whatOfBfq + weight.ToString(), jsonPath)
        {
            Instead = new(CgroupPhase.Early, Name, "io.weight", what + Weight(weight).ToString(), jsonPath) { WhyMissing = "the kernel has neither BFQ nor the I/O cost controller (CONFIG_BFQ_GROUP_IOSCHED, CONFIG_BLK_CGROUP_IOCOST)" },
        });

    private static void PlanThrottle(LinuxThrottleDevice[] devices, string list, string key, CgroupWrites writes) =>
        BlockDevices.PlanThrottle(devices, List + list, Name, "io.max", key, isZeroMax: true, writes);

    /// <summary>Converts v1's 10 to 1000 to v2's 1 to 10000, linearly, as runc and crun do.</summary>
    internal static ulong Weight(ushort weight)
    {
        const ulong Least = 10, Most = 1000;
        return weight <= Least ? 1 : weight >= Most ? 10000 : 1 + (weight - Least) * 9999 / 990;
    }
}
