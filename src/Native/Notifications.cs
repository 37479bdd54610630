// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>eventfd(2) and inotify(7); the descriptors are non-blocking.</summary>
public static partial class Notifications
{
    public const uint IN_MODIFY = 2, IN_MOVED_TO = 0x80, IN_CREATE = 0x100;
    private const int EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800, IN_CLOEXEC = 0x80000, IN_NONBLOCK = 0x800;

    /// <summary>A counter that is readable, as eight bytes, when it is not 0; reading resets it to 0.</summary>
    /// <exception cref="RuncsException"/>
    public static Fd MakeCounter()
    {
        int result = LibC.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        return result < 0 ? throw Errno.Last.Failure("eventfd2", "") : new Fd(result);
    }

    /// <exception cref="RuncsException"/>
    public static Fd MakeInotify()
    {
        int result = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        return result < 0 ? throw Errno.Last.Failure("inotify_init1", "") : new Fd(result);
    }

    public static Errno TryWatch(int inotify, string path, uint mask) => inotify_add_watch(inotify, path, mask) < 0 ? Errno.Last : Errno.None;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int fd, string path, uint mask);
}
