// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>
/// Distinguishes a call that is missing here, or that the seccomp filter of an outer container refuses, from one that
/// failed for another reason: the errno is ENOSYS or EPERM in both cases.
/// </summary>
internal static partial class RefusedCalls
{
    /// <summary>Whether the errno of a call means that the call is not available to this process.</summary>
    /// <param name="errno">The errno of the call.</param>
    /// <param name="number">The system call; a kernel that has it answers invalid arguments with EINVAL, EBADF or EFAULT.</param>
    public static bool Explains(Errno errno, SystemCall number) => errno.Value switch
    {
        Errno.ENOSYS => true,
        Errno.EPERM => syscall(number, -1, 0, -1, 0, -1, -1) < 0 && Marshal.GetLastPInvokeError() is Errno.EPERM or Errno.ENOSYS,
        _ => false,
    };
}
