// SPDX-License-Identifier: Apache-2.0
// cgroups(7), "Cgroups delegation: delegating a hierarchy to a less privileged user"
using System;
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Native;

namespace Runcs.Check;

/// <summary>What a caller who is not the host's root needs of the cgroups above the container's.</summary>
internal static class DelegationRequirements
{
    public static void Check(CgroupPlan plan, UnmetRequirements unmet)
    {
        // Usually all hierarchies of v1 or none: one line.
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (CgroupPlace place in plan.Places)
        {
            // Without a limit the container runs without the cgroup.
            string? needed = plan.IsPathGiven && plan.Unit == null ? "linux.cgroupsPath" : plan.FindLimit(place)?.JsonPath;
            if (needed == null) continue;
            CgroupPlace above = Existing(place);
            bool isGiven = place.IsUnified ? Delegation.IsGiven(above.HostPath) : Delegation.IsWritable(above.HostPath);
            if (!isGiven && reported.Add(needed))
                unmet.Add(needed, $"no cgroup can be created below \"{above.HostPath}\": {Delegation.Remedy(place, new Errno(Errno.EACCES))}");
            else if (isGiven && place.IsUnified)
                CheckUnified(plan, place, above, unmet);
        }
    }

    private static void CheckUnified(CgroupPlan plan, CgroupPlace place, CgroupPlace above, UnmetRequirements unmet)
    {
        // systemd moves the processes of its units.
        if (plan.Unit == null && Delegation.WhyNotEntered(place) is { } why) unmet.Add("linux.cgroupsPath", why);
        // Controllers can be enabled from the uppermost cgroup of the caller's on.
        CgroupPlace top = above;
        while (top.Path != "/" && Delegation.IsGiven(top.MountPoint + CgroupPaths.Parent(top.Path))) top = top with { Path = CgroupPaths.Parent(top.Path) };
        using var tree = new CgroupTree();
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (CgroupWrite write in plan.Writes)
        {
            if (write.IsOptional || write.Controller.Length == 0 || Delegation.Has(tree, top, write.Controller) || !reported.Add(write.JsonPath)) continue;
            unmet.Add(write.JsonPath, $"the controller \"{write.Controller}\" is not available in {place.HostPath}: {Delegation.WhyMissing(tree, place, write.Controller)}");
        }
    }

    // The lowest cgroup above the container's that there is already.
    private static CgroupPlace Existing(CgroupPlace place)
    {
        do place = place with { Path = CgroupPaths.Parent(place.Path) };
        while (place.Path != "/" && !HostFiles.Exists(place.HostPath));
        return place;
    }
}
