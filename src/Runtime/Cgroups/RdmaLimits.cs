// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/rdma.rst; v2 has the same file
using System;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary><c>rdma</c>: one line for each device, with its limits.</summary>
internal static class RdmaLimits
{
    public static void Plan(LinuxResources resources, CgroupWrites writes)
    {
        foreach ((string device, LinuxRdma limits) in resources.Rdma)
        {
            string jsonPath = $"linux.resources.rdma[\"{device}\"]";
            // The device is the first word of the line.
            if (device.Length == 0 || device.AsSpan().ContainsAny(' ', '\n')) writes.Refuse(jsonPath, "must be the name of a device");
            else if (limits.HcaHandles == null && limits.HcaObjects == null) writes.Refuse(jsonPath, "must have hcaHandles or hcaObjects");
            else writes.Add(CgroupPhase.Early, "rdma", "rdma.max", $"{device}{Part("hca_handle", limits.HcaHandles)}{Part("hca_object", limits.HcaObjects)}", jsonPath);
        }
    }

    private static string Part(string key, uint? value) => value == null ? "" : $" {key}={value}";
}
