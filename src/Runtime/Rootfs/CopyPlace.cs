// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Rootfs;

/// <summary>The directory that <see cref="CopyUp"/> copies and its copy. However deep they are, only these two are open.</summary>
internal sealed class CopyPlace(Fd from, Fd to) : IDisposable
{
    internal const OpenFlags Flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

    internal Fd From { get; private set; } = from;

    internal Fd To { get; private set; } = to;

    /// <summary>Goes down into an entry of both.</summary>
    /// <returns>The directories above, for <see cref="Leave"/>.</returns>
    /// <exception cref="RuncsException"/>
    internal (FileStatus From, FileStatus To) Enter(string name)
    {
        (FileStatus, FileStatus) above = (FileStatus.Of(From), FileStatus.Of(To));
        Move(name);
        return above;
    }

    /// <summary>Goes up again. A directory that has been moved meanwhile has another parent, which is not entered.</summary>
    /// <exception cref="RuncsException"/>
    internal void Leave((FileStatus From, FileStatus To) above, string name)
    {
        Move("..");
        if (!FileStatus.Of(From).IsSameFileAs(above.From) || !FileStatus.Of(To).IsSameFileAs(above.To)) throw new Errno(Errno.ESTALE).Failure("openat", $"{name}/..");
    }

    public void Dispose()
    {
        From.Dispose();
        To.Dispose();
    }

    private void Move(string name)
    {
        Fd from = Files.OpenAt(From.Value, name, Flags);
        From.Dispose();
        From = from;
        Fd to = Files.OpenAt(To.Value, name, Flags);
        To.Dispose();
        To = to;
    }
}
