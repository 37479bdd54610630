// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Native;

/// <summary>seccomp(2), as far as it is called from here: the filter itself is loaded by a row of the exec stage.</summary>
public static partial class SeccompFilters
{
    /// <summary>The number of seccomp(2), and its operation that loads a filter.</summary>
    public const int SECCOMP_SET_MODE_FILTER = 1;

    /// <summary>Whether the kernel knows these flags: it looks at them before it looks for the filter, which is not there.</summary>
    public static bool HasFlags(uint flags) =>
        seccomp(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, 0) < 0 && Marshal.GetLastPInvokeError() == Errno.EFAULT;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint seccomp(SystemCall nr, long operation, long flags, long filter);
}
