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
    /// Joins a session keyring of this name that the caller's user may search, or makes a new one; clones and executed
    /// programs inherit it. Null makes an anonymous keyring.
    /// </summary>
    public static Errno TryJoinSession(string? name, out int keyring)
    {
        keyring = (int)syscall_string(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name);
        return keyring < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>
    /// The kernel's description of a key, <c>type;uid;gid;permissions;description</c>, with hexadecimal permissions.
    /// </summary>
    /// <returns>The length of the text, which may exceed the buffer.</returns>
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
