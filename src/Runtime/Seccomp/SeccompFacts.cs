// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Seccomp;

/// <summary>The seccomp(2) features of this kernel that a plan depends on.</summary>
/// <param name="HasWaitKillable">SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (Linux 5.19).</param>
public sealed record SeccompFacts(bool HasWaitKillable = false)
{
    /// <summary>Queries the kernel.</summary>
    public static SeccompFacts Read() => new(SeccompFilters.HasFlags(SeccompFlags.WaitKillableRecv | SeccompFlags.NewListener));

    /// <summary>Queries the kernel only if the profile names flags.</summary>
    public static SeccompFacts ReadFor(LinuxSeccomp? profile) => profile?.Flags is { Length: > 0 } ? Read() : new SeccompFacts();
}
