// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>prlimit(2).</summary>
public static unsafe partial class Limits
{
    private struct rlimit64
    {
        public ulong soft, hard;
    }

    public static Errno TrySet(int pid, int resource, ulong soft, ulong hard)
    {
        var limit = new rlimit64 { soft = soft, hard = hard };
        return prlimit64(pid, resource, &limit, null) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Reads a limit of this process.</summary>
    public static Errno TryGet(int resource, out ulong soft, out ulong hard)
    {
        rlimit64 limit = default;
        Errno errno = prlimit64(0, resource, null, &limit) < 0 ? Errno.Last : Errno.None;
        (soft, hard) = (limit.soft, limit.hard);
        return errno;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prlimit64(int pid, int resource, rlimit64* value, rlimit64* old);
}
