// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

public sealed partial class StateDirectory
{
    /// <summary>The directory of the program's NOTIFY_SOCKET, which is visible in the container.</summary>
    internal const string NotifyName = "notify";

    private const int NotifyMode = 0b111_101_101;

    /// <exception cref="RuncsException"/>
    internal void MakeNotify()
    {
        Errno errno = FileNodes.TryMkdirAt(_directory.Value, NotifyName, NotifyMode);
        errno.OrThrow("mkdirat", $"{Path}/{NotifyName}");
    }

    /// <summary>Null if create made none.</summary>
    /// <exception cref="RuncsException"/>
    internal Fd? OpenNotify()
    {
        Errno errno = Files.TryOpenAt(_directory.Value, NotifyName, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, out Fd? directory);
        if (errno.Value != Errno.ENOENT) errno.OrThrow("openat", $"{Path}/{NotifyName}");
        return directory;
    }
}
