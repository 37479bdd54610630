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

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prlimit64(int pid, int resource, rlimit64* value, rlimit64* old);
}
