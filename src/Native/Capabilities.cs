// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>capget(2): the caller's own capability sets, bit n for capability n.</summary>
public static unsafe partial class Capabilities
{
    public const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;
    private const int SYS_capget = 125;

    /// <exception cref="SyscallException"/>
    public static ulong Permitted()
    {
        uint* header = stackalloc uint[2] { _LINUX_CAPABILITY_VERSION_3, 0 };
        // struct __user_cap_data_struct[2]: effective, permitted, inheritable of bits 0-31, then of 32-63.
        uint* data = stackalloc uint[6];
        return syscall(SYS_capget, (nint)header, (nint)data) < 0
            ? throw new SyscallException("capget", "", Errno.Last)
            : data[1] | ((ulong)data[4] << 32);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall(long nr, long a, long b);
}
