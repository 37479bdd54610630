// SPDX-License-Identifier: Apache-2.0
// Runs in the container's init, in its mount namespace, before or after pivot_root, with the privileges to chown.
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;
using static Runcs.Native.ResolveFlags;

namespace Runcs.Terminal;

/// <summary>
/// The container's pseudoterminal, from its own devpts. No path is trusted: the image may have a symbolic link, a bind
/// mount or a node of its own in place of the multiplexer or a slave (CVE-2025-52565). So the devpts is identified by its
/// descriptor, and the slave is opened from the master, never by its path.
/// </summary>
public sealed class Pty : IDisposable
{
    // fs/devpts/inode.c: the multiplexer that every devpts creates: PTMX_MINOR, inode 2 under the root, which is inode 1.
    private const ulong RootInode = 1, MultiplexerInode = 2;
    private const string JsonPath = "process.terminal", Devpts = "/dev/pts", Multiplexer = "ptmx";

    private Pty(Fd master, Fd slave, int number) => (Master, Slave, Number) = (master, slave, number);

    /// <summary>The user's side, sent by <see cref="ConsoleSocket"/>.</summary>
    public Fd Master { get; }

    /// <summary>The container's side: bound to /dev/console, and the program's standard streams.</summary>
    public Fd Slave { get; }

    public int Number { get; }

    /// <summary>The slave's path inside the container, sent with the master.</summary>
    public string Name => $"{Devpts}/{Number}";

    /// <summary>Opens a pair in the devpts at /dev/pts under <paramref name="root"/>, the container's root directory.</summary>
    /// <exception cref="RuncsException"/>
    public static Pty Open(Fd root)
    {
        using Fd devpts = OpenDevpts(root);
        Errno errno = Files.TryOpenAt2(devpts.Value, Multiplexer, O_RDWR | O_NOCTTY | O_NOFOLLOW,
            RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS, 0, out Fd? master);
        errno.OrThrow(JsonPath, "openat2", $"{Devpts}/{Multiplexer}");
        Fd? slave = null;
        try
        {
            FileStatus status = FileStatus.Of(master!);
            if (status.Type != FileStatus.S_IFCHR || status.Node != Terminals.MultiplexerDevice || status.Inode != MultiplexerInode)
                throw RuncsException.At(JsonPath, $"{Devpts}/{Multiplexer} is not the multiplexer of the devpts");
            Check("TIOCSPTLCK", Terminals.TryUnlock(master!.Value));
            Check("TIOCGPTN", Terminals.TryGetNumber(master.Value, out int number));
            Check("TIOCGPTPEER", Terminals.TryOpenPeer(master.Value, out slave));
            var pty = new Pty(master, slave!, number);
            (master, slave) = (null, null);
            return pty;
        }
        finally
        {
            master?.Dispose();
            slave?.Dispose();
        }
    }

    /// <summary>Sets the size from <c>process.consoleSize</c>; larger values are reduced to the maximum.</summary>
    public void SetSize(uint rows, uint columns) =>
        Check("TIOCSWINSZ", Terminals.TrySetSize(Master.Value,
            new((ushort)Math.Min(rows, ushort.MaxValue), (ushort)Math.Min(columns, ushort.MaxValue))));

    /// <summary>
    /// Makes the program's user the owner of the slave, so that it can open it again by path; the group remains that of
    /// the devpts's <c>gid</c> option. EPERM and EINVAL (an id that is not mapped in the user namespace) leave it
    /// unchanged.
    /// </summary>
    public void SetOwner(uint uid)
    {
        Errno errno = FileNodes.TryChown(Slave.Value, uid, -1);
        if (errno.IsError && errno.Value is not (Errno.EPERM or Errno.EINVAL)) throw errno.Failure(JsonPath, "fchownat", Name);
    }

    /// <summary>
    /// Makes the slave the caller's standard streams and, if requested, its controlling terminal. For that the caller
    /// becomes a session leader if it is not one: a session with a terminal cannot take another.
    /// </summary>
    public void Adopt(bool controlling)
    {
        Errno errno;
        if (controlling)
        {
            errno = Processes.TrySetsid();
            if (errno.IsError && errno.Value != Errno.EPERM) throw errno.Failure(JsonPath, "setsid", "");
            Check("TIOCSCTTY", Terminals.TrySetControlling(Slave.Value));
        }
        for (int stream = 0; stream <= 2; stream++)
        {
            errno = Descriptors.TryDup2(Slave.Value, stream);
            errno.OrThrow(JsonPath, "dup2", $"descriptor {stream}");
        }
    }

    public void Dispose()
    {
        Master.Dispose();
        Slave.Dispose();
    }

    private static Fd OpenDevpts(Fd root)
    {
        Errno errno = Files.TryOpenAt2(root.Value, Devpts, O_PATH | O_DIRECTORY | O_NOFOLLOW, RESOLVE_IN_ROOT, 0, out Fd? devpts);
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP) throw NoDevpts();
        errno.OrThrow(JsonPath, "openat2", Devpts);
        try
        {
            errno = Mounts.TryStatfs(devpts!.Value, out long type, out _);
            errno.OrThrow(JsonPath, "fstatfs", Devpts);
            // The root itself: a directory bound from inside would not be it, but a devpts has no other directories.
            if (type != Mounts.DEVPTS_SUPER_MAGIC || FileStatus.Of(devpts).Inode != RootInode) throw NoDevpts();
            Fd result = devpts;
            devpts = null;
            return result;
        }
        finally
        {
            devpts?.Dispose();
        }
    }

    private static RuncsException NoDevpts() =>
        RuncsException.At(JsonPath, $"a terminal needs a mount of type devpts at {Devpts} in the container");

    private static void Check(string request, Errno errno)
    {
        errno.OrThrow(JsonPath, "ioctl", request);
    }
}
