// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Cgroups;

/// <summary>
/// Directories of cgroup file systems, by one descriptor of /sys/fs/cgroup and paths from there (absolute ones for
/// hierarchies mounted elsewhere). There are no symbolic links in them, and no way to make one.
/// </summary>
internal sealed class CgroupTree : IDisposable
{
    private const int Mode = 0x1ed; // 0755
    private const string RootPrefix = CgroupFacts.Root + "/";

    private readonly Fd _root = Files.Open(CgroupFacts.Root, O_PATH | O_DIRECTORY);

    /// <summary>/sys/fs/cgroup.</summary>
    public Fd Root => _root;

    public void Dispose() => _root.Dispose();

    /// <summary>The path of a place, as the other methods take it.</summary>
    public static string Relative(CgroupPlace place)
    {
        string path = place.HostPath;
        return path.StartsWith(RootPrefix, StringComparison.Ordinal) ? path[RootPrefix.Length..] : path;
    }

    /// <summary>
    /// Makes a directory and its missing parents; <paramref name="made"/> receives each directory that was made, the upper first.
    /// EEXIST if it existed.
    /// </summary>
    public Errno TryMake(string path, List<string> made)
    {
        // The undo of another command may remove a parent that it has just made: hence more than one try.
        const int Tries = 4;
        Errno errno = default;
        for (int i = 0; i < Tries; i++)
        {
            errno = FileNodes.TryMkdirAt(_root.Value, path, Mode);
            if (errno.Value != Errno.ENOENT) break;
            int slash = path.LastIndexOf('/');
            if (slash <= 0) break;
            Errno above = TryMake(path[..slash], made);
            if (above.IsError && above.Value != Errno.EEXIST) return above;
        }
        if (!errno.IsError) made.Add(path);
        return errno;
    }

    /// <summary>The caller may not do it, or the cgroups are mounted read-only.</summary>
    public static bool IsDenied(Errno errno) => errno.Value is Errno.EPERM or Errno.EACCES or Errno.EROFS;

    /// <summary>The cgroup or its file does not exist: ENODEV for one that was removed while it was open.</summary>
    public static bool IsGone(Errno errno) => errno.Value is Errno.ENOENT or Errno.ENODEV;

    public Errno TryRemove(string path) => FileNodes.TryUnlinkAt(_root.Value, path, AtFlags.AT_REMOVEDIR);

    /// <exception cref="RuncsException">It is unknown.</exception>
    public bool Exists(string path) => FileStatus.Exists(_root.Value, path);

    public Errno TryOpen(string path, OpenFlags flags, out Fd? fd) => Files.TryOpenAt(_root.Value, path, flags, 0, out fd);

    public Errno TryWrite(string path, string file, string value) => Files.TryWriteValueAt(_root.Value, $"{path}/{file}", value);

    /// <summary>The file's text without its final newline.</summary>
    public Errno TryRead(string path, string file, out string text)
    {
        text = "";
        try
        {
            text = ReadText(path, file);
            return Errno.None;
        }
        catch (RuncsException failure)
        {
            return failure.Errno;
        }
    }

    /// <summary>The file's text without its final newline; null if the cgroup or the file does not exist.</summary>
    /// <exception cref="RuncsException">It cannot be read.</exception>
    public string? Read(string path, string file)
    {
        Errno errno = Files.TryOpenAt(_root.Value, $"{path}/{file}", O_RDONLY, 0, out Fd? fd);
        if (IsGone(errno)) return null;
        errno.OrThrow("openat", HostPath(path, file));
        using (fd)
        {
            try
            {
                return ReadText(fd!, path, file);
            }
            // The type of the cgroup has no such file (EOPNOTSUPP).
            catch (RuncsException failure) when (IsGone(failure.Errno) || failure.Errno.Value == Errno.EOPNOTSUPP)
            {
                return null;
            }
        }
    }

    /// <summary>Writes a value to an existing file.</summary>
    /// <exception cref="RuncsException"/>
    public void Write(string path, string file, string value)
    {
        Errno errno = Files.TryOpenAt(_root.Value, $"{path}/{file}", O_WRONLY, 0, out Fd? fd);
        errno.OrThrow("openat", HostPath(path, file));
        using (fd) errno = Files.TryWrite(fd!.Value, Encoding.UTF8.GetBytes(value), out _);
        errno.OrThrow("write", HostPath(path, file));
    }

    private string ReadText(string path, string file)
    {
        Errno errno = Files.TryOpenAt(_root.Value, $"{path}/{file}", O_RDONLY, 0, out Fd? fd);
        errno.OrThrow("openat", HostPath(path, file));
        using (fd) return ReadText(fd!, path, file);
    }

    private static string ReadText(Fd fd, string path, string file) => Encoding.UTF8.GetString(Files.ReadToEnd(fd.Value, HostPath(path, file))).TrimEnd('\n');

    private static string HostPath(string path, string file) => path.StartsWith('/') ? $"{path}/{file}" : $"{RootPrefix}{path}/{file}";

    /// <summary>The value behind a key of a file of <c>key value</c> lines; null if there is none.</summary>
    /// <exception cref="RuncsException">The file cannot be read.</exception>
    public ulong? ReadKey(string path, string file, string key)
    {
        if (Read(path, file) is not { } text) return null;
        foreach (string line in text.Split('\n'))
        {
            int space = line.IndexOf(' ');
            if (space >= 0 && line.AsSpan(0, space).SequenceEqual(key) && ulong.TryParse(line.AsSpan(space + 1), out ulong value)) return value;
        }
        return null;
    }

    /// <summary>The cgroups directly below; none if the directory is gone.</summary>
    /// <exception cref="RuncsException">They cannot be read.</exception>
    public List<string> Children(string path)
    {
        Errno errno = FileStatus.TryAt(_root.Value, path, 0, out FileStatus status);
        if (IsGone(errno)) return [];
        errno.OrThrow("statx", path);
        // A directory has two links of its own, and one from each directory in it.
        if (status.Links == 2) return [];
        errno = TryOpen(path, O_RDONLY | O_DIRECTORY, out Fd? fd);
        if (IsGone(errno)) return [];
        errno.OrThrow("openat", path);
        using (fd)
        {
            List<string> children = FileNodes.ListDirectories(fd!.Value, path);
            for (int i = 0; i < children.Count; i++) children[i] = $"{path}/{children[i]}";
            return children;
        }
    }

    /// <summary>The directory and all below it, each before its children.</summary>
    public List<string> WithDescendants(string path)
    {
        List<string> all = [path];
        for (int i = 0; i < all.Count; i++) all.AddRange(Children(all[i]));
        return all;
    }

    /// <summary>All processes in the directory and below it that are visible in this pid namespace.</summary>
    /// <exception cref="RuncsException">They cannot be read.</exception>
    public List<int> Processes(string path)
    {
        var processes = new List<int>();
        foreach (string directory in WithDescendants(path)) AddProcesses(directory, processes);
        return processes;
    }

    /// <summary>A process is in the directory itself.</summary>
    public bool Contains(string path, int pid)
    {
        var processes = new List<int>();
        AddProcesses(path, processes);
        return processes.Contains(pid);
    }

    private void AddProcesses(string path, List<int> processes)
    {
        // A threaded v2 cgroup lists only its threads (cgroup-v2.rst, "Threads"); a signal to a thread's id goes to its process.
        string? text = Read(path, "cgroup.procs") ?? Read(path, "cgroup.threads");
        if (text == null) return;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // 0 stands for a process outside our pid namespace, and kill(0) would be our own process group.
            if (int.TryParse(line, out int pid) && pid > 0) processes.Add(pid);
        }
    }

    /// <summary>Removes the directory with all below it. EBUSY while it has processes; a directory that is gone is no error.</summary>
    public Errno TryRemoveAll(string path)
    {
        Errno errno = TryRemove(path);
        if (errno.Value == Errno.EBUSY)
        {
            List<string> all = WithDescendants(path);
            for (int i = all.Count - 1; i >= 0; i--) errno = TryRemove(all[i]);
        }
        return errno.Value == Errno.ENOENT ? Errno.None : errno;
    }
}
