// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>lsm_set_self_attr(2), Linux 6.8: sets the attributes of /proc/self/attr without /proc.</summary>
public static unsafe partial class LsmAttributes
{
    public const uint LSM_ATTR_EXEC = 101, LSM_ATTR_KEYCREATE = 103;
    public const ulong LSM_ID_SELINUX = 101, LSM_ID_APPARMOR = 104;

    // struct lsm_ctx: id, flags, len, ctx_len; then the text.
    private const int HeaderSize = 32;

    /// <summary>The kernel has the call and no seccomp filter refuses it: without a context it fails with EINVAL.</summary>
    public static bool IsSupported => syscall(SYS_lsm_set_self_attr, LSM_ATTR_EXEC, 0, 0, 0) < 0 && Errno.Last.Value == Errno.EINVAL;

    /// <summary>A <c>struct lsm_ctx</c> of exactly this size.</summary>
    public static byte[] Context(ulong module, string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        // The kernel requires the total size to be a multiple of 8.
        var context = new byte[(HeaderSize + length + 1 + 7) & -8];
        MemoryMarshal.Write(context, module);
        MemoryMarshal.Write(context.AsSpan(16), (ulong)context.Length);
        MemoryMarshal.Write(context.AsSpan(24), (ulong)length);
        Encoding.UTF8.GetBytes(value, context.AsSpan(HeaderSize));
        return context;
    }

    /// <summary>Sets one of the caller's attributes (LSM_ATTR_*).</summary>
    public static Errno TrySet(uint attribute, ReadOnlySpan<byte> context)
    {
        fixed (byte* p = context)
            return syscall(SYS_lsm_set_self_attr, attribute, (nint)p, context.Length, 0) < 0 ? Errno.Last : Errno.None;
    }
}
