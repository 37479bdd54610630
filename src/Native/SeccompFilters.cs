// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Native;

/// <summary>seccomp(2) queries; a row of the exec stage loads the filter itself.</summary>
public static partial class SeccompFilters
{
    /// <summary>The operation of seccomp(2) that loads a filter.</summary>
    public const int SECCOMP_SET_MODE_FILTER = 1;

    /// <summary>Whether the kernel supports these flags: it checks them before the filter, which is a null pointer.</summary>
    public static bool HasFlags(uint flags) =>
        seccomp(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, 0) < 0 && Marshal.GetLastPInvokeError() == Errno.EFAULT;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint seccomp(SystemCall nr, long operation, long flags, long filter);
}
