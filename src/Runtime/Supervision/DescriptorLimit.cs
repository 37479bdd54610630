// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>
/// RLIMIT_NOFILE of a process that holds many descriptors: raised to its hard limit for itself, and its caller's again for
/// everything that it makes (the usual soft limit of 1024 is there for select(2)).
/// </summary>
public static class DescriptorLimit
{
    private const int RLIMIT_NOFILE = 7;

    private static (ulong Soft, ulong Hard)? _ofCaller;

    public static void Raise()
    {
        if (Limits.TryGet(RLIMIT_NOFILE, out ulong soft, out ulong hard).IsError || soft == hard) return;
        if (!Limits.TrySet(0, RLIMIT_NOFILE, hard, hard).IsError) _ofCaller = (soft, hard);
    }

    /// <summary>In a clone.</summary>
    public static void Restore()
    {
        if (_ofCaller is { } limit) Limits.TrySet(0, RLIMIT_NOFILE, limit.Soft, limit.Hard);
    }
}
