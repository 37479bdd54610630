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
        if (io.Weight is > 0) AddWeight("", io.Weight.Value.ToString(), BlockDevices.WeightPath, writes);
        if (io.LeafWeight is > 0) AddLeaf("", io.LeafWeight.Value.ToString(), BlockDevices.LeafWeightPath, writes);
        for (int i = 0; i < io.WeightDevice.Length; i++)
        {
            LinuxWeightDevice device = io.WeightDevice[i];
            string jsonPath = JsonPath.Element(BlockDevices.WeightDevicePath, i);
            if (!BlockDevices.HasWeight(device, jsonPath, writes) || BlockDevices.Number(device.Major, device.Minor, jsonPath, writes) is not { } number) continue;
            if (device.Weight is > 0) AddWeight("_device", $"{number} {device.Weight}", jsonPath + ".weight", writes);
            if (device.LeafWeight is > 0) AddLeaf("_device", $"{number} {device.LeafWeight}", jsonPath + ".leafWeight", writes);
        }
        PlanThrottle(io.ThrottleReadBpsDevice, "ReadBpsDevice", "read_bps_device", writes);
        PlanThrottle(io.ThrottleWriteBpsDevice, "WriteBpsDevice", "write_bps_device", writes);
        PlanThrottle(io.ThrottleReadIOPSDevice, "ReadIOPSDevice", "read_iops_device", writes);
        PlanThrottle(io.ThrottleWriteIOPSDevice, "WriteIOPSDevice", "write_iops_device", writes);
    }

    // The plain names are of CFQ and, before Linux 5.4, of BFQ; later BFQ has names of its own.
    private static void AddWeight(string suffix, string value, string jsonPath, CgroupWrites writes) =>
        writes.All.Add(new(CgroupPhase.Early, Name, "blkio.weight" + suffix, value, jsonPath)
        {
            Instead = new(CgroupPhase.Early, Name, "blkio.bfq.weight" + suffix, value, jsonPath) { WhyMissing = NoBfq },
        });

    private static void AddLeaf(string suffix, string value, string jsonPath, CgroupWrites writes) =>
        writes.All.Add(new(CgroupPhase.Early, Name, "blkio.leaf_weight" + suffix, value, jsonPath) { WhyMissing = NoCfq });

    private static void PlanThrottle(LinuxThrottleDevice[] devices, string list, string file, CgroupWrites writes) =>
        BlockDevices.PlanThrottle(devices, List + list, Name, "blkio.throttle." + file, "", isZeroMax: false, writes);
}
