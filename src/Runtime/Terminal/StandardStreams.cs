// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Terminal;

/// <summary>Descriptors 0, 1 and 2.</summary>
public static class StandardStreams
{
    public const int Input = 0, Output = 1, Error = 2;

    /// <summary>
    /// Called first in the process: opens /dev/null for each closed standard stream. Otherwise the next opened file would
    /// become one, and be passed to the container or written to as if it were the terminal.
    /// </summary>
    public static void EnsureOpen()
    {
        for (int stream = Input; stream <= Error; stream++)
        {
            if (Descriptors.IsOpen(stream)) continue;
            // open(2) returns the lowest free number, which is this one.
            if (Files.TryOpenAt(Files.AT_FDCWD, "/dev/null", O_RDWR, 0, out Fd? placeholder).IsError) return;
            Descriptors.TrySetCloseOnExec(placeholder!.Release(), false);
        }
    }

    /// <summary>
    /// Without a terminal: lets the program's user open /dev/stdout and the like again (opening a descriptor's path
    /// checks the file's permissions). Only the owner changes, and only of pipes, sockets and files. Devices and
    /// terminals keep theirs, since a container's user must not own the caller's terminal. The host's /dev/null is
    /// replaced by the container's own, so that the program holds no file of the host's /dev.
    /// </summary>
    /// <param name="streams">
    /// The descriptors of input, output and error. One that must be replaced becomes that of the result.
    /// </param>
    /// <param name="root">The container's root; /proc is still the host's.</param>
    /// <param name="uid">The user's uid.</param>
    /// <returns>The container's null device; null if no stream needs it.</returns>
    public static Fd? Prepare(int[] streams, Fd root, uint uid)
    {
        Fd? device = null;
        for (int stream = Input; stream <= Error; stream++)
        {
            int descriptor = streams[stream];
            if (FileStatus.TryAt(descriptor, "", AtFlags.AT_EMPTY_PATH, out FileStatus status).IsError) continue;
            if (IsNull(status))
            {
                device ??= OpenNull(root);
                if (device != null) streams[stream] = device.Value;
            }
            // A refused change (a read-only file system, an id outside the user namespace) is ignored.
            else if (IsOurs(status) && status.Uid != uid) FileNodes.TryChown(descriptor, uid, -1);
        }
        return device;
    }

    internal static bool IsOurs(FileStatus status) => status.Type is FileStatus.S_IFIFO or FileStatus.S_IFSOCK or FileStatus.S_IFREG;

    // memory(4): the null device is 1:3.
    private static bool IsNull(FileStatus status) => status.Type == FileStatus.S_IFCHR && status.Node == (1, 3);

    // The image's file is opened for real only after it is known to be the device.
    private static Fd? OpenNull(Fd root)
    {
        const string Path = "dev/null";
        Errno errno = Files.TryOpenAt2(root.Value, Path, O_PATH | O_NOFOLLOW, ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS, 0, out Fd? node);
        if (errno.IsError) return null;
        using (node)
        {
            Fd? opened = null;
            if (IsNull(FileStatus.Of(node!))) Files.TryOpenAt(Files.AT_FDCWD, node!.ProcPath, O_RDWR, 0, out opened);
            return opened;
        }
    }
}
