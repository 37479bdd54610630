// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

/// <summary>
/// ROOT/ID: the data that a container's commands share. This object holds the container's lock, so that commands run one
/// after the other; <see cref="PeekRecord"/> reads without it.
/// </summary>
/// <remarks>
/// state.json: the <see cref="ContainerRecord"/>. config.json: a copy of the bundle's, so that later commands do not
/// depend on the bundle. start, report: the channels to the exec stage, see <see cref="MakeChannels"/>.
/// </remarks>
public sealed partial class StateDirectory : IDisposable
{
    private const string RecordName = "state.json", NewRecordName = "state.json.new", ConfigName = "config.json", StartName = "start", NewStartName = "start.new", ReportName = "report",
        InitName = "init", NewInitName = "init.new";
    // The flag that names the directory above.
    internal const string Source = "--root";
    private const int RootMode = 0b111_000_000, DirectoryMode = 0b111_001_001, FileMode = 0b110_000_000;
    private const int LargestRecord = 64 << 20, LargestConfig = Bundle.LargestConfig;
    private readonly Fd _directory;

    private StateDirectory(string path, string id, Fd directory) => (Path, Id, _directory) = (path, id, directory);

    public string Id { get; }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Makes the directory of a new container, and the root if it is missing, and takes its lock.</summary>
    /// <param name="root">Absolute.</param>
    /// <param name="id">Valid, as <see cref="CreateOptions.Id"/> is.</param>
    /// <exception cref="RuncsException">The id is taken, or the directory cannot be made.</exception>
    public static StateDirectory Create(string root, string id)
    {
        string path = string.Concat(root, "/", id);
        // Between our mkdir and our lock a `delete --force` may find the directory empty and remove it: then try again.
        for (int tries = 0; tries < 10; tries++)
        {
            MakeDirectory(root, path);
            if (TryOpenMade(path, id) is { } directory) return directory;
        }
        throw new RuncsException($"container \"{id}\": another command keeps removing {path}");
    }

    // Null if another command has removed the directory meanwhile.
    private static StateDirectory? TryOpenMade(string path, string id)
    {
        Fd? fd = null;
        try
        {
            Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, out fd);
            if (errno.Value == Errno.ENOENT) return null;
            errno.OrThrow("openat", path);
            StateOwner.Require(FileStatus.Of(fd!), Source, path);
            if (!StateOwner.CallerIsRoot) RequireOwnRoot(fd!, path);
            var directory = new StateDirectory(path, id, fd!);
            directory.Lock();
            if (directory.IsLinked) return directory;
            directory.Dispose();
            return null;
        }
        catch
        {
            fd?.Dispose();
            // It is still empty: only the creator, which holds the directory's lock, writes into it.
            FileNodes.TryUnlinkAt(Files.AT_FDCWD, path, AtFlags.AT_REMOVEDIR);
            throw;
        }
    }

    // In a directory such as /tmp others may have made the root since it was found missing.
    private static void RequireOwnRoot(Fd directory, string path)
    {
        Errno errno = FileStatus.TryAt(directory.Value, "..", 0, out FileStatus root);
        errno.OrThrow("statx", path + "/..");
        StateOwner.Require(root, Source, path[..path.LastIndexOf('/')]);
    }

    /// <summary>Opens the directory of an existing container and takes its lock, with a timeout.</summary>
    /// <returns>Null if there is no such container.</returns>
    /// <exception cref="RuncsException">The id is invalid, or another command keeps the lock.</exception>
    public static StateDirectory? Open(string root, string id)
    {
        string path = PathOf(root, id);
        if (OpenJudged(root, path, O_RDONLY) is not { } fd) return null;
        var directory = new StateDirectory(path, id, fd);
        directory.Lock();
        return directory;
    }

    // A caller treats "does not exist" as success; a root that is a file is a mistake (runc: "mkdir ROOT: not a
    // directory").
    private static void RequireDirectory(string root, Errno errno)
    {
        if (errno.Value != Errno.ENOTDIR) return;
        Errno ofRoot = Files.TryAccessAt(Files.AT_FDCWD, root + "/.", 0);
        if (ofRoot.Value == Errno.ENOTDIR) throw ofRoot.Failure(Source, "openat", root);
    }

    /// <summary>Replaces the record atomically, except for the process.</summary>
    /// <exception cref="RuncsException"/>
    public void WriteRecord(ContainerRecord record)
    {
        Write(NewRecordName, record.Write());
        Errno errno = FileNodes.TryRenameAt(_directory.Value, NewRecordName, _directory.Value, RecordName);
        errno.OrThrow("renameat", Path + "/" + RecordName);
    }

    /// <summary>
    /// Records the container's first process, or replaces it. It is separate from the record, as the target of a symbolic
    /// link: it is written atomically, and no file is written twice (on ext4, renaming a file over another one writes to
    /// the disk, and the removal waits for that).
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void WriteInit(ProcessIdentity init)
    {
        string text = init.ToText();
        Errno errno = FileNodes.TrySymlinkAt(text, _directory.Value, InitName);
        if (errno.Value == Errno.EEXIST)
        {
            errno = FileNodes.TrySymlinkAt(text, _directory.Value, NewInitName);
            if (!errno.IsError) errno = FileNodes.TryRenameAt(_directory.Value, NewInitName, _directory.Value, InitName);
        }
        errno.OrThrow("symlinkat", Path + "/" + InitName);
    }

    /// <summary>Keeps the bundle's config for later commands.</summary>
    /// <exception cref="RuncsException"/>
    public void WriteConfig(ReadOnlySpan<byte> document) => Write(ConfigName, document);

    /// <summary>
    /// Makes the two FIFOs between the exec stage and <c>start</c>, and opens both ends of each (O_RDWR, fifo(7)), for
    /// the stage to inherit. Commands find the first one only after <see cref="OfferStart"/>.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public (Fd Start, Fd Report) MakeChannels()
    {
        MakeFifo(NewStartName);
        MakeFifo(ReportName);
        Fd start = Files.OpenAt(_directory.Value, NewStartName, O_RDWR);
        return (start, Files.OpenAt(_directory.Value, ReportName, O_RDWR));
    }

    /// <summary>The container is created: its stage waits for <c>start</c>. Until then its status is creating.</summary>
    /// <exception cref="RuncsException"/>
    public void OfferStart()
    {
        Errno errno = FileNodes.TryRenameAt(_directory.Value, NewStartName, _directory.Value, StartName);
        errno.OrThrow("renameat", Path + "/" + StartName);
    }

    /// <summary>
    /// For <c>run</c> with its own channels: the status is running from now on. Looks like a start that was offered and
    /// taken: the FIFO has no reader.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void MarkStarted() => MakeFifo(StartName);

    /// <summary>Create has reached <see cref="OfferStart"/> or <see cref="MarkStarted"/>. Checked without the lock.</summary>
    /// <exception cref="RuncsException"/>
    public static bool WasOffered(string root, string id) => FileStatus.Exists(Files.AT_FDCWD, string.Concat(root, "/", id, "/" + StartName));

    /// <summary>With the lock held: create was killed before it could offer the start.</summary>
    /// <exception cref="RuncsException"/>
    public bool WasNeverOffered() => FileStatus.Exists(_directory.Value, NewStartName) && !FileStatus.Exists(_directory.Value, StartName);

    /// <summary>
    /// The write end of the start channel; null if no stage waits, because it runs the program already or has ended.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public Fd? OpenStart() => StateFile.OpenToWrite(_directory.Value, StartName, $"{Path}/{StartName}", out _);

    /// <summary>The read end of the report channel, non-blocking; null if no stage has it open, so that none would report.</summary>
    /// <exception cref="RuncsException"/>
    public Fd? OpenReport()
    {
        string path = $"{Path}/{ReportName}";
        using Fd? write = StateFile.OpenToWrite(_directory.Value, ReportName, path, out bool exists);
        if (!exists) throw new Errno(Errno.ENOENT).Failure("openat", path);
        return write == null ? null : Files.OpenAt(_directory.Value, ReportName, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    }

    /// <summary>
    /// Whether a stage waits for <c>start</c>; null if no start was offered: create is in progress, or it was <c>run</c>.
    /// Checked without the lock.
    /// </summary>
    public static bool? StageWaits(string root, string id)
    {
        string path = string.Concat(root, "/", id, "/" + StartName);
        using Fd? start = StateFile.OpenToWrite(Files.AT_FDCWD, path, path, out bool offered);
        return offered ? start != null : null;
    }

    public void Dispose() => _directory.Dispose();

    private void Write(string name, ReadOnlySpan<byte> document) => StateFile.Write(_directory.Value, name, $"{Path}/{name}", document);

    private void MakeFifo(string name)
    {
        Errno errno = FileNodes.TryMknodAt(_directory.Value, name, FileStatus.S_IFIFO | FileMode, 0);
        errno.OrThrow("mknodat", $"{Path}/{name}");
    }

    // An invalid id could name a directory outside the root.
    private static string PathOf(string root, string id)
    {
        ContainerId.Validate(id);
        return string.Concat(root, "/", id);
    }

    private static void MakeDirectory(string root, string path)
    {
        Errno errno = FileNodes.TryMkdirAt(Files.AT_FDCWD, path, DirectoryMode);
        if (errno.Value == Errno.ENOENT)
        {
            MakeRoot(root);
            // Somebody else may have made a part of it just now.
            RootDirectory.Judge(root, Source);
            errno = FileNodes.TryMkdirAt(Files.AT_FDCWD, path, DirectoryMode);
        }
        if (errno.Value == Errno.EEXIST)
        {
            bool leftover = Files.TryAccessAt(Files.AT_FDCWD, $"{path}/{RecordName}", 0).Value == Errno.ENOENT;
            throw new RuncsException($"container with given ID already exists: {path}: "
                + (leftover ? $"it has no {RecordName}: if no create is running for it, remove it with delete --force" : "delete that container first, or choose another id"));
        }
        if (errno.Value == Errno.ENOTDIR) throw errno.Failure(Source, "mkdirat", path);
        errno.OrThrow(Source, "mkdirat", path);
    }

    // mkdir -p: all missing directories of the root are made, accessible to their owner alone.
    private static void MakeRoot(string root)
    {
        for (int end = root.IndexOf('/', 1); ; end = root.IndexOf('/', end + 1))
        {
            string part = end < 0 ? root : root[..end];
            Errno errno = FileNodes.TryMkdirAt(Files.AT_FDCWD, part, RootMode);
            if (errno.IsError && errno.Value != Errno.EEXIST)
                throw errno.Failure(Source, "mkdirat", part).WithHint(errno.Value is Errno.EACCES or Errno.EROFS ? "choose a directory that the caller can write, with --root or XDG_RUNTIME_DIR" : "");
            if (end < 0) return;
        }
    }
}
