// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using System.Text;
using Runcs.Native;

namespace Runcs.Shim.Bootstrap;

/// <summary>The socket of a shim, in a directory that only its owner may enter. Containers of one group find the same.</summary>
internal static class ShimSocket
{
    public const string DefaultDirectory = "/run/containerd/s";

    private const int ForOwner = 0b111_000_000;

    /// <param name="directory">Of all sockets.</param>
    /// <param name="address">containerd's, which tells apart several on one host.</param>
    /// <param name="containerdNamespace">Of the container.</param>
    /// <param name="group">The containers with one shim.</param>
    public static string Path(string directory, string address, string containerdNamespace, string group)
    {
        byte[] name = Encoding.UTF8.GetBytes($"{address}\0{containerdNamespace}\0{group}");
        return string.Concat(directory, "/runcs-", Hash(name, 0xcbf29ce484222325).ToString("x16", CultureInfo.InvariantCulture), Hash(name, 0x9e3779b97f4a7c15).ToString("x16", CultureInfo.InvariantCulture));
    }

    /// <summary>Listens, unless another shim does.</summary>
    /// <param name="path">Of <see cref="Path"/>.</param>
    /// <returns>Null if a shim of the group listens already.</returns>
    /// <exception cref="RuncsException"/>
    public static Fd? Listen(string path)
    {
        const int Tries = 3;
        // Of two starts at once, the second must not take a socket that does not listen yet for one of a killed shim.
        using Fd directory = OpenDirectory(path[..path.LastIndexOf('/')]);
        for (int i = 0; ; i++)
        {
            Errno errno = UnixSockets.TryListen(path, out Fd? listening);
            if (!errno.IsError) return listening;
            if (errno.Value != Errno.EADDRINUSE || i == Tries) throw errno.Failure("bind", path);
            Errno answer = UnixSockets.TryConnectNonBlocking(path, out Fd? other);
            other?.Dispose();
            // EAGAIN: it has more connections to accept than it can note.
            if (!answer.IsError || answer.Value == Errno.EAGAIN) return null;
            // The socket of a shim that was killed.
            FileNodes.TryUnlinkAt(Files.AT_FDCWD, path);
        }
    }

    // Locked until it is closed.
    private static Fd OpenDirectory(string directory)
    {
        for (int slash = directory.IndexOf('/', 1); slash > 0; slash = directory.IndexOf('/', slash + 1)) FileNodes.TryMkdirAt(Files.AT_FDCWD, directory[..slash], 0b111_001_001);
        Errno errno = FileNodes.TryMkdirAt(Files.AT_FDCWD, directory, ForOwner);
        if (errno.Value != Errno.EEXIST) errno.OrThrow("mkdirat", directory);
        Fd opened = Files.Open(directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        errno = FileNodes.TryFlock(opened.Value, FlockOperations.LOCK_EX);
        if (!errno.IsError) return opened;
        opened.Dispose();
        throw errno.Failure("flock", directory);
    }

    // FNV-1a with 64 bits. .NET's cryptographic hashes load OpenSSL, which a static program cannot.
    private static ulong Hash(ReadOnlySpan<byte> bytes, ulong seed)
    {
        const ulong Prime = 0x100000001b3;
        ulong hash = seed;
        foreach (byte next in bytes) hash = unchecked((hash ^ next) * Prime);
        return hash;
    }
}
