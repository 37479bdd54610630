// SPDX-License-Identifier: Apache-2.0
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>
/// setresuid(2) and setresgid(2). For a process with one thread: the C library's functions change all threads, the
/// kernel's only one.
/// </summary>
public static partial class UserIds
{
    /// <summary>Real, effective and saved user id.</summary>
    public static Errno TrySetUid(uint uid) => LibC.setresuid(uid, uid, uid) < 0 ? Errno.Last : Errno.None;

    /// <summary>Real, effective and saved group id.</summary>
    public static Errno TrySetGid(uint gid) => LibC.setresgid(gid, gid, gid) < 0 ? Errno.Last : Errno.None;
}
