// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Containers;

public sealed partial class StateDirectory
{
    /// <summary>The directory that a <see cref="NotifySocket"/> is in, which the container sees.</summary>
    internal const string NotifyName = "notify";

    private const int NotifyMode = 0b111_101_101;

    /// <exception cref="SyscallException"/>
    internal void MakeNotify()
    {
        Errno errno = FileNodes.TryMkdirAt(_directory.Value, NotifyName, NotifyMode);
        if (errno.IsError) throw new SyscallException("mkdirat", $"{Path}/{NotifyName}", errno);
    }

    /// <summary>The socket in there, for start or run; null without NOTIFY_SOCKET, and if create had none.</summary>
    /// <param name="manager">NOTIFY_SOCKET.</param>
    /// <exception cref="SyscallException"/>
    internal NotifySocket? BindNotify(string? manager)
    {
        if (manager == null || Files.TryOpenAt(_directory.Value, NotifyName, Files.O_PATH | Files.O_DIRECTORY | Files.O_NOFOLLOW, 0, out Fd? directory).IsError) return null;
        using (directory) return NotifySocket.Bind(directory!, manager);
    }
}
