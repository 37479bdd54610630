// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

public sealed partial class StateDirectory
{
    /// <summary>The directory of the program's NOTIFY_SOCKET, which the container sees.</summary>
    internal const string NotifyName = "notify";

    private const int NotifyMode = 0b111_101_101;

    /// <exception cref="SyscallException"/>
    internal void MakeNotify()
    {
        Errno errno = FileNodes.TryMkdirAt(_directory.Value, NotifyName, NotifyMode);
        if (errno.IsError) throw new SyscallException("mkdirat", $"{Path}/{NotifyName}", errno);
    }

    /// <summary>Null if create made none.</summary>
    internal Fd? OpenNotify()
    {
        Files.TryOpenAt(_directory.Value, NotifyName, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, out Fd? directory);
        return directory;
    }
}
