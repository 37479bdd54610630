// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>splice(2), and the size of a pipe's buffer (fcntl(2), F_SETPIPE_SZ).</summary>
public static unsafe partial class Pipes
{
    private const uint SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2;
    private const int F_SETPIPE_SZ = 1031;

    /// <summary>Moves bytes from one pipe to another, or to or from a file, without copying them to this process.</summary>
    /// <param name="from">The source.</param>
    /// <param name="to">The target.</param>
    /// <param name="limit">The most bytes to move.</param>
    /// <param name="count">How many it moved; 0 at the source's end.</param>
    /// <returns>EAGAIN if the source is empty or the target is full.</returns>
    public static Errno TrySplice(int from, int to, int limit, out int count)
    {
        nint result;
        do result = splice(from, null, to, null, (nuint)limit, SPLICE_F_MOVE | SPLICE_F_NONBLOCK); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        count = (int)Math.Max(result, 0);
        return result < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Changes the size of a pipe's buffer, at most to /proc/sys/fs/pipe-max-size.</summary>
    public static Errno TryResize(int pipe, int bytes) => LibC.fcntl(pipe, F_SETPIPE_SZ, bytes) < 0 ? Errno.Last : Errno.None;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint splice(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
