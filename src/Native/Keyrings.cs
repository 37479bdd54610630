// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>keyctl(2).</summary>
public static unsafe partial class Keyrings
{
    public const int KEYCTL_JOIN_SESSION_KEYRING = 1, KEYCTL_DESCRIBE = 6;
    private const int KEYCTL_SETPERM = 5;

    /// <summary>
    /// Gives the caller, and what it clones and executes, a session keyring of this name: one that its user may search, or a
    /// new one. Null for one that no name leads to.
    /// </summary>
    public static Errno TryJoinSession(string? name, out int keyring)
    {
        keyring = (int)syscall_string(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name);
        return keyring < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>What the kernel says of a key, <c>type;uid;gid;permissions;description</c>, the permissions in hexadecimal digits.</summary>
    /// <returns>The length of the text, which may be more than fits.</returns>
    public static Errno TryDescribe(int key, Span<byte> text, out int length)
    {
        fixed (byte* p = text) length = (int)syscall(SYS_keyctl, KEYCTL_DESCRIBE, key, (nint)p, text.Length);
        return length < 0 ? Errno.Last : Errno.None;
    }

    public static Errno TrySetPermissions(int key, uint permissions) =>
        syscall(SYS_keyctl, KEYCTL_SETPERM, key, permissions, 0) < 0 ? Errno.Last : Errno.None;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall_string(SystemCall nr, long a, string? b);
}
