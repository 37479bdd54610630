// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>keyctl(2).</summary>
public static partial class Keyrings
{
    private const int SYS_keyctl = 250, KEYCTL_JOIN_SESSION_KEYRING = 1;

    /// <summary>Gives the caller, and what it clones and executes, a new session keyring that is empty and that no name leads to.</summary>
    public static Errno TryJoinNewSession() => syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0) < 0 ? Errno.Last : Errno.None;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(long nr, long a, long b);
}
