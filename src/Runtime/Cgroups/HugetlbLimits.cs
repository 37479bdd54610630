// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/hugetlb.rst, cgroup-v2.rst "HugeTLB Interface Files"
using System;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary><c>hugepageLimits</c>: what is in use, and since Linux 5.7 what is reserved. v1 and v2 differ in the end of the names.</summary>
internal static class HugetlbLimits
{
    public static void Plan(LinuxHugepageLimit[] limits, string suffix, CgroupWrites writes)
    {
        for (int i = 0; i < limits.Length; i++)
        {
            string jsonPath = JsonPath.Element("linux.resources.hugepageLimits", i), size = limits[i].PageSize, value = limits[i].Limit.ToString();
            // The size becomes a part of a file's name.
            if (!IsSize(size))
            {
                writes.Refuse(jsonPath + ".pageSize", $"must be a number with KB, MB or GB, as the kernel writes it, got \"{size}\"");
                continue;
            }
            writes.All.Add(new(CgroupPhase.Early, "hugetlb", $"hugetlb.{size}{suffix}", value, jsonPath) { WhyMissing = $"the kernel has no huge pages of {size}" });
            // config-linux.md, "Huge page limits": reservations if the kernel counts them, usage otherwise; the first implies the second.
            writes.All.Add(new(CgroupPhase.Early, "hugetlb", $"hugetlb.{size}.rsvd{suffix}", value, jsonPath) { IsOptional = true });
        }
    }

    private static bool IsSize(string text) =>
        text.Length > 2 && text[^1] == 'B' && text[^2] is 'K' or 'M' or 'G' && text[0] != '0' && !text.AsSpan(0, text.Length - 2).ContainsAnyExceptInRange('0', '9');
}
