// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

public sealed partial class StateDirectory
{
    /// <summary>The container's current record, without waiting for a command that may be changing it.</summary>
    /// <returns>Null if there is no such container, or create has not written its intent yet.</returns>
    public static ContainerRecord? PeekRecord(string root, string id)
    {
        string path = PathOf(root, id);
        using Fd? directory = OpenJudged(root, path, O_PATH);
        return directory == null ? null : ReadRecord(directory.Value, path, id, requiresInit: true);
    }

    /// <returns>Null if there is none: create was killed before it had any effect.</returns>
    /// <exception cref="RuncsException"/>
    public ContainerRecord? ReadRecord() => ReadRecord(_directory.Value, Path, Id, requiresInit: true);

    /// <summary>As <see cref="ReadRecord()"/>, also if it is unknown which process is the container's first.</summary>
    /// <exception cref="RuncsException"/>
    public ContainerRecord? ReadRecordWithoutInit() => ReadRecord(_directory.Value, Path, Id, requiresInit: false);

    /// <summary>The container's first process alone, for a record that is damaged or missing.</summary>
    /// <exception cref="RuncsException">It cannot be read, or is damaged too.</exception>
    public ProcessIdentity ReadInit() => ReadInit(_directory.Value, Path, isRequired: true);

    /// <summary>The config that the container was created from.</summary>
    /// <exception cref="RuncsException"/>
    public byte[] ReadConfig() => StateFile.Read(_directory.Value, ConfigName, $"{Path}/{ConfigName}", LargestConfig);

    /// <summary>As <see cref="ReadConfig"/>, without the lock: once the container is created the file does not change.</summary>
    /// <exception cref="RuncsException"/>
    public static byte[] PeekConfig(string root, string id)
    {
        string path = string.Concat(root, "/", id, "/" + ConfigName);
        return StateFile.Read(Files.AT_FDCWD, path, path, LargestConfig);
    }

    // Null if there is none.
    private static Fd? OpenJudged(string root, string path, OpenFlags flags)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, flags | O_DIRECTORY | O_NOFOLLOW, 0, out Fd? fd);
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR)
        {
            RequireDirectory(root, errno);
            return null;
        }
        errno.OrThrow("openat", path);
        try
        {
            StateOwner.Require(FileStatus.Of(fd!), Source, path);
            return fd;
        }
        catch
        {
            fd!.Dispose();
            throw;
        }
    }

    // Only runcs writes it, but possibly not completely: the disk was full, or the machine lost power.
    private static ContainerRecord? ReadRecord(int directory, string directoryPath, string id, bool requiresInit)
    {
        string path = string.Concat(directoryPath, "/", RecordName);
        Errno errno = StateFile.TryRead(directory, RecordName, path, LargestRecord, out byte[] document);
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR) return null;
        errno.OrThrow("openat", path);
        ContainerRecord record;
        try
        {
            record = ContainerRecord.Read(document);
        }
        catch (OciDocumentException e)
        {
            throw Damaged(path, e.Message);
        }
        if (record.Id != id) throw RuncsException.At(path, $"is the record of another container, \"{Excerpt.Of(record.Id)}\"");
        if (RecordRules.Problem(record) is { } problem) throw Damaged(path, problem);
        try
        {
            record.Init = ReadInit(directory, directoryPath, requiresInit);
            return record;
        }
        catch (RuncsException e) when (!e.Errno.IsError)
        {
            throw e.WithHint("delete --force finds the processes by their cgroup");
        }
    }

    private static RuncsException Damaged(string path, string problem) =>
        RuncsException.At(path, $"the container's record is damaged, delete --force removes what can be found without it: {problem}");

    private static ProcessIdentity ReadInit(int directory, string directoryPath, bool isRequired)
    {
        string path = string.Concat(directoryPath, "/" + InitName);
        string? text = FileNodes.TryReadLinkAt(directory, InitName, out Errno errno);
        if (errno.Value == Errno.ENOENT) return ProcessIdentity.None;
        // EINVAL: it is not a symbolic link.
        if (errno.Value != Errno.EINVAL) errno.OrThrow("readlinkat", path);
        if (ProcessIdentity.TryParse(text ?? "", out ProcessIdentity init) || !isRequired) return init;
        throw RuncsException.At(path, $"must be a symbolic link to a pid and its start time, got \"{Excerpt.Of(text ?? "")}\"");
    }
}
