// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/blkio-controller.rst
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

internal static class BlkioController
{
    private const string Name = "blkio", List = "linux.resources.blockIO.throttle";
    private const string NoBfq = "the kernel has no I/O scheduler that knows weights (CONFIG_BFQ_GROUP_IOSCHED)", NoCfq = "only the CFQ scheduler had leaf weights, and Linux 5.0 has it no more";

    public static void Plan(LinuxBlockIO io, CgroupWrites writes)
    {
        if (io.Weight is > 0) AddWeight("", io.Weight.Value.ToString(), BlockDevices.WeightOrigin, writes);
        if (io.LeafWeight is > 0) AddLeaf("", io.LeafWeight.Value.ToString(), BlockDevices.LeafWeightOrigin, writes);
        for (int i = 0; i < io.WeightDevice.Length; i++)
        {
            LinuxWeightDevice device = io.WeightDevice[i];
            string origin = Origin.Element(BlockDevices.WeightDeviceOrigin, i);
            if (!BlockDevices.HasWeight(device, origin, writes) || BlockDevices.Number(device.Major, device.Minor, origin, writes) is not { } number) continue;
            if (device.Weight is > 0) AddWeight("_device", $"{number} {device.Weight}", origin + ".weight", writes);
            if (device.LeafWeight is > 0) AddLeaf("_device", $"{number} {device.LeafWeight}", origin + ".leafWeight", writes);
        }
        PlanThrottle(io.ThrottleReadBpsDevice, "ReadBpsDevice", "read_bps_device", writes);
        PlanThrottle(io.ThrottleWriteBpsDevice, "WriteBpsDevice", "write_bps_device", writes);
        PlanThrottle(io.ThrottleReadIOPSDevice, "ReadIOPSDevice", "read_iops_device", writes);
        PlanThrottle(io.ThrottleWriteIOPSDevice, "WriteIOPSDevice", "write_iops_device", writes);
    }

    // CFQ and, before Linux 5.4, BFQ had the plain names; BFQ's are those with its own.
    private static void AddWeight(string suffix, string value, string origin, CgroupWrites writes) =>
        writes.All.Add(new(CgroupPhase.Early, Name, "blkio.weight" + suffix, value, origin)
        {
            Instead = new(CgroupPhase.Early, Name, "blkio.bfq.weight" + suffix, value, origin) { WhyMissing = NoBfq },
        });

    private static void AddLeaf(string suffix, string value, string origin, CgroupWrites writes) =>
        writes.All.Add(new(CgroupPhase.Early, Name, "blkio.leaf_weight" + suffix, value, origin) { WhyMissing = NoCfq });

    private static void PlanThrottle(LinuxThrottleDevice[] devices, string list, string file, CgroupWrites writes) =>
        BlockDevices.PlanThrottle(devices, List + list, Name, "blkio.throttle." + file, "", isZeroMax: false, writes);
}
