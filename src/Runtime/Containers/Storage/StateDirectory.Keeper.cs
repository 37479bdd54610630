// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.OciSpec;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

/// <remarks>The files of a keeper: keeper.json, its <see cref="KeeperRecord"/>, and keeper.sock, the socket that it answers on.</remarks>
public sealed partial class StateDirectory
{
    private const string KeeperName = "keeper.json", NewKeeperName = "keeper.json.new", KeeperSocketName = "keeper.sock";
    private const int LargestKeeper = 1 << 20;

    /// <summary>Replaces the keeper's record atomically. With the lock held, so that a removal does not meet a new file.</summary>
    /// <exception cref="RuncsException"/>
    public void WriteKeeper(KeeperRecord record)
    {
        Write(NewKeeperName, record.Write());
        Errno errno = FileNodes.TryRenameAt(_directory.Value, NewKeeperName, _directory.Value, KeeperName);
        errno.OrThrow("renameat", Path + "/" + KeeperName);
    }

    /// <summary>The keeper's record, read without the lock.</summary>
    /// <returns>Null if there is none: the keeper was killed before it wrote it, or the container has been deleted.</returns>
    /// <exception cref="RuncsException"/>
    public static KeeperRecord? PeekKeeper(string root, string id)
    {
        string path = PathOf(root, id) + "/" + KeeperName;
        Errno errno = StateFile.TryRead(Files.AT_FDCWD, path, path, LargestKeeper, out byte[] document);
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR) return null;
        errno.OrThrow("openat", path);
        try
        {
            return KeeperRecord.Read(document);
        }
        catch (OciDocumentException e)
        {
            throw RuncsException.At(path, $"the keeper's record is damaged: {e.Message}");
        }
    }

    /// <summary>Makes the keeper's socket. It is non-blocking, and for the directory's owner alone.</summary>
    /// <returns>The directory, in which <see cref="RemoveKeeperSocket"/> finds it again, and the socket.</returns>
    /// <exception cref="RuncsException"/>
    public static (Fd Directory, Fd Socket) ListenAsKeeper(string root, string id)
    {
        Fd directory = Files.Open(PathOf(root, id), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        // The path itself may be longer than an address of unix(7) can be.
        Errno errno = UnixSockets.TryListen($"{directory.ProcPath}/{KeeperSocketName}", out Fd? socket);
        if (!errno.IsError) return (directory, socket!);
        directory.Dispose();
        throw errno.Failure("bind", KeeperSocket(root, id));
    }

    /// <summary>The keeper ends.</summary>
    public static void RemoveKeeperSocket(Fd directory) => FileNodes.TryUnlinkAt(directory.Value, KeeperSocketName);

    /// <summary>The path of the keeper's socket.</summary>
    public static string KeeperSocket(string root, string id) => PathOf(root, id) + "/" + KeeperSocketName;

    /// <summary>
    /// With the lock held: removes what belongs to the process that has ended, so that the container can be created again. Its
    /// record and the keeper's files stay.
    /// </summary>
    /// <exception cref="RuncsException"/>
    internal void RemoveChannels()
    {
        foreach (string name in (System.ReadOnlySpan<string>)[StartName, NewStartName, ReportName, InitName]) Unlink(name);
    }
}
