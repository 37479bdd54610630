// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>Descriptors 0, 1 and 2.</summary>
public static class StandardStreams
{
    public const int Input = 0, Output = 1, Error = 2;

    /// <summary>
    /// For the very start of the process: puts /dev/null where the caller left a stream closed. Otherwise the next file
    /// opened would become one, and be handed to the container or written to as if it were the terminal.
    /// </summary>
    public static void EnsureOpen()
    {
        for (int stream = Input; stream <= Error; stream++)
        {
            if (Descriptors.IsOpen(stream)) continue;
            // The lowest free number is this one.
            if (Files.TryOpenAt(Files.AT_FDCWD, "/dev/null", Files.O_RDWR, 0, out Fd? placeholder).IsError) return;
            Descriptors.TrySetCloseOnExec(placeholder!.Release(), false);
        }
    }

    /// <summary>
    /// Without a terminal: lets the program's user open /dev/stdout and its like again (opening a descriptor's path checks
    /// the file's permissions). Only the owner changes, of pipes, sockets and files. Left alone: /dev/null and other
    /// devices, and terminals, since the caller's must not become the property of a container's user.
    /// </summary>
    public static void GiveTo(uint uid)
    {
        for (int stream = Input; stream <= Error; stream++)
        {
            if (FileStatus.TryAt(stream, "", Files.AT_EMPTY_PATH, out FileStatus status).IsError || status.Uid == uid) continue;
            // What cannot be given (a read-only file system, an id outside the user namespace) stays as it is.
            if (status.Type is FileStatus.S_IFIFO or FileStatus.S_IFSOCK or FileStatus.S_IFREG) Nodes.TryChown(stream, uid, -1);
        }
    }
}
