// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>The resources that are read but not honoured yet; engines write many of them empty, which asks for nothing.</summary>
internal static class Unsupported
{
    private const string NotYet = "not supported yet";

    public static void Refuse(LinuxResources resources)
    {
        if (resources.BlockIO is { } io && AsksForAnything(io)) throw RuncsException.At("linux.resources.blockIO", NotYet);
        if (resources.HugepageLimits.Length > 0) throw RuncsException.At("linux.resources.hugepageLimits", NotYet);
        if (resources.Network is { } network && (network.ClassID is > 0 || network.Priorities.Length > 0))
            throw RuncsException.At("linux.resources.network", NotYet);
        if (resources.Rdma.Count > 0) throw RuncsException.At("linux.resources.rdma", NotYet);
        if (resources.Unified.Count > 0) throw RuncsException.At("linux.resources.unified", NotYet);
    }

    private static bool AsksForAnything(LinuxBlockIO io)
    {
        ReadOnlySpan<int> lengths =
        [
            io.WeightDevice.Length, io.ThrottleReadBpsDevice.Length, io.ThrottleWriteBpsDevice.Length,
            io.ThrottleReadIOPSDevice.Length, io.ThrottleWriteIOPSDevice.Length,
        ];
        return io.Weight is > 0 || io.LeafWeight is > 0 || lengths.ContainsAnyExcept(0);
    }
}
