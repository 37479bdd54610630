// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>
/// Tells a call that does not exist here, or that the filter of an outer container refuses, from one that failed for a
/// reason: both say ENOSYS or EPERM.
/// </summary>
internal static partial class RefusedCalls
{
    /// <summary>Whether an error of a call means that there is no such call for this process.</summary>
    /// <param name="errno">What the call said.</param>
    /// <param name="number">Of the system call; with arguments that are all wrong a kernel that has it says EINVAL, EBADF or EFAULT.</param>
    public static bool Explains(Errno errno, SystemCall number) => errno.Value switch
    {
        Errno.ENOSYS => true,
        Errno.EPERM => syscall(number, -1, 0, -1, 0, -1, -1) < 0 && Marshal.GetLastPInvokeError() is Errno.EPERM or Errno.ENOSYS,
        _ => false,
    };
}
