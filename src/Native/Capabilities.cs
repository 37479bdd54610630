// SPDX-License-Identifier: Apache-2.0
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>capget(2): the caller's own capability sets, bit n for capability n.</summary>
public static unsafe partial class Capabilities
{
    public const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    /// <exception cref="RuncsException"/>
    public static ulong Permitted()
    {
        uint* header = stackalloc uint[2] { _LINUX_CAPABILITY_VERSION_3, 0 };
        // struct __user_cap_data_struct[2]: effective, permitted, inheritable of bits 0-31, then of 32-63.
        uint* data = stackalloc uint[6];
        return syscall(SYS_capget, (nint)header, (nint)data) < 0
            ? throw Errno.Last.Failure("capget", "")
            : data[1] | ((ulong)data[4] << 32);
    }
}
