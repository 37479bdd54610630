// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native.Arch;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.OpenFlags;
using static Runcs.Native.OpenTreeFlags;
using static Runcs.Native.UmountFlags;

namespace Runcs.Native;

/// <summary>
/// Replaces the calls of <see cref="MountApi"/> by mount(2) where the seccomp filter of an outer container refuses them.
/// mount(2) has no detached mounts: they are kept on a staging tmpfs in the private mount namespace of this process and
/// moved from there. It takes no descriptors: these are named by their numbers in a procfs.
/// </summary>
public static class LegacyMounts
{
    private const MountFlags StagingFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

    // path_resolution(7): ".." of the root is the root, or the mount on top of it. "/" itself remains the lower one, so
    // the staging tmpfs hides nothing.
    private const string StagingPath = "/..";

    private static bool s_allowed;
    private static Fd? s_staging, s_descriptors;
    private static int s_entries;

    // The file system being configured; there is only one at a time.
    private static string s_type = "";
    private static readonly List<(string Key, string? Value)> s_parameters = [];

    /// <summary>fsopen(2) and the calls after it are refused.</summary>
    internal static bool MakesFileSystems { get; private set; }

    /// <summary>open_tree(2) is refused.</summary>
    internal static bool CopiesTrees { get; private set; }

    /// <summary>move_mount(2) is refused.</summary>
    internal static bool Moves { get; private set; }

    /// <summary>
    /// Allows the fallback. Called in a mount namespace of this process's own, whose root is not shared with another
    /// process.
    /// </summary>
    public static void Allow()
    {
        s_allowed = true;
        // Left behind by an earlier process on this memory (Processes.TryCloneBorrowing).
        s_staging = s_descriptors = null;
    }

    /// <summary>Unmounts the staging tmpfs: before the root changes, and at the end.</summary>
    public static void TakeDown()
    {
        if (s_staging == null) return;
        TryUmount(StagingPath, MNT_DETACH);
        s_staging.Dispose();
        s_staging = null;
    }

    internal static bool ReplaceFileSystems(Errno errno, SystemCall call) => MakesFileSystems |= Replaces(errno, call);

    internal static bool ReplaceTrees(Errno errno, SystemCall call) => CopiesTrees |= Replaces(errno, call);

    internal static bool ReplaceMoves(Errno errno, SystemCall call) => Moves |= Replaces(errno, call);

    /// <summary>Records the type that a context was opened for: the refusal may show as late as fsmount(2).</summary>
    internal static void Begin(string type)
    {
        if (!s_allowed) return;
        s_type = type;
        s_parameters.Clear();
    }

    internal static void Add(string key, string? value)
    {
        if (s_allowed) s_parameters.Add((key, value));
    }

    /// <summary>Mounts the configured file system on the staging tmpfs.</summary>
    /// <param name="attributes">MOUNT_ATTR_*.</param>
    /// <param name="mount">Its root.</param>
    internal static Errno TryMakeFileSystem(MountAttributeFlags attributes, out Fd? mount)
    {
        (string source, MountFlags flags, string? data) = Arguments(s_parameters, attributes & ~MOUNT_ATTR_RDONLY);
        mount = null;
        Errno errno = TryMakeEntry(directory: true, out string name, out Fd? entry);
        if (errno.IsError) return errno;
        using (entry) errno = TryNamed(source, entry!.Value, s_type, flags, data);
        if (!errno.IsError) errno = TryOpenEntry(name, out mount);
        if (errno.IsError || (attributes & MOUNT_ATTR_RDONLY) == 0) return errno;
        return TryNamed(null, mount!.Value, null, FlagsOf(attributes) | MS_REMOUNT | MS_BIND, null);
    }

    /// <summary>
    /// The parameters of fsconfig(2) and fsmount(2) as arguments of mount(2): some are flags there, and one is the
    /// source.
    /// </summary>
    public static (string Source, MountFlags Flags, string? Data) Arguments(IReadOnlyList<(string Key, string? Value)> parameters, MountAttributeFlags attributes)
    {
        string source = "none";
        MountFlags flags = FlagsOf(attributes);
        var data = new StringBuilder();
        foreach ((string key, string? value) in parameters)
        {
            if (key == "source") source = value ?? "";
            else if (value == null && FlagOf(key) is not 0 and MountFlags flag) flags |= flag;
            else data.Append(data.Length > 0 ? "," : "").Append(key).Append(value == null ? "" : "=").Append(Quoted(key, value));
        }
        return (source, flags, data.Length > 0 ? data.ToString() : null);
    }

    // mount(8), "context=": commas in a context would separate parameters.
    private static string? Quoted(string key, string? value) =>
        value != null && value.Contains(',') && key.EndsWith("context", StringComparison.Ordinal) ? string.Concat("\"", value, "\"") : value;

    /// <summary>
    /// A directory or file on the staging tmpfs where another process, which shares this mount namespace, can mount the
    /// configured file system; null if fsopen(2) is not refused.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static Fd? MakePlace(out string name)
    {
        name = "";
        if (!MakesFileSystems) return null;
        Errno errno = TryMakeEntry(directory: true, out name, out Fd? place);
        errno.OrThrow("mkdirat", "staging tmpfs");
        return place;
    }

    /// <summary>Opens the mount on such a place.</summary>
    public static Errno TryOpenEntry(string name, out Fd? mount) => Files.TryOpenAt(s_staging!.Value, name, O_PATH | O_NOFOLLOW, 0, out mount);

    /// <inheritdoc cref="MountApi.TryOpenTree"/>
    internal static Errno TryCopy(int dir, string path, OpenTreeFlags flags, out Fd? tree)
    {
        OpenFlags open = O_PATH | ((flags & OpenTreeFlags.AT_SYMLINK_NOFOLLOW) != 0 ? O_NOFOLLOW : 0);
        tree = path.Length == 0 ? Descriptors.Duplicate(dir) : null;
        Errno errno = path.Length == 0 ? Errno.None : Files.TryOpenAt(dir, path, open, 0, out tree);
        if (errno.IsError || (flags & OPEN_TREE_CLONE) == 0) return errno;
        using Fd source = tree!;
        tree = null;
        errno = TryMakeEntry(FileStatus.Of(source).IsDirectory, out string name, out Fd? entry);
        if (errno.IsError) return errno;
        MountFlags bind = MS_BIND | ((flags & OpenTreeFlags.AT_RECURSIVE) != 0 ? MS_REC : 0);
        using (entry) errno = TryNamed(source.Value.ToString(), entry!.Value, null, bind, null);
        return errno.IsError ? errno : TryOpenEntry(name, out tree);
    }

    internal static Errno TryMove(int mount, int target) => TryNamed(mount.ToString(), target, null, MS_MOVE, null);

    internal static Errno TryMove(int mount, int dir, string path)
    {
        Errno errno = Files.TryOpenAt(dir, path, O_PATH | O_NOFOLLOW, 0, out Fd? target);
        if (errno.IsError) return errno;
        using (target) return TryMove(mount, target!.Value);
    }

    private static bool Replaces(Errno errno, SystemCall call) => errno.IsError && s_allowed && RefusedCalls.Explains(errno, call);

    private static Errno TryMakeEntry(bool directory, out string name, out Fd? entry)
    {
        name = "";
        entry = null;
        Errno errno = TryMakeStaging();
        if (errno.IsError) return errno;
        name = (++s_entries).ToString();
        errno = directory ? FileNodes.TryMkdirAt(s_staging!.Value, name, 0x1C0 /* 0700 */) : FileNodes.TryMknodAt(s_staging!.Value, name, FileStatus.S_IFREG | 0x180 /* 0600 */, 0);
        return errno.IsError ? errno : TryOpenEntry(name, out entry);
    }

    private static Errno TryMakeStaging()
    {
        if (s_staging != null) return Errno.None;
        Errno errno = TryMount("tmpfs", StagingPath, "tmpfs", StagingFlags, "mode=0700");
        // mount(2): a mount whose parent is shared cannot be moved.
        if (!errno.IsError) errno = TryMount(null, StagingPath, null, MS_PRIVATE, null);
        return errno.IsError ? errno : Files.TryOpenAt(Files.AT_FDCWD, StagingPath, O_PATH | O_DIRECTORY, 0, out s_staging);
    }

    // mount(2) with the directory of descriptor numbers as working directory.
    private static Errno TryNamed(string? source, int target, string? type, MountFlags flags, string? data)
    {
        Errno errno = TryOpenDescriptors();
        if (errno.IsError) return errno;
        errno = Files.TryOpenAt(Files.AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0, out Fd? before);
        if (errno.IsError) return errno;
        using (before)
        {
            errno = Processes.TryChdir(s_descriptors!.Value);
            if (errno.IsError) return errno;
            errno = TryMount(source, target.ToString(), type, flags, data);
            Processes.TryChdir(before!.Value);
            return errno;
        }
    }

    // After the root has changed, its /proc is trusted only if it is the root of a procfs.
    private static Errno TryOpenDescriptors()
    {
        const ulong PROC_ROOT_INO = 1;
        if (s_descriptors != null) return Errno.None;
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, "/proc", O_PATH | O_DIRECTORY, 0, out Fd? proc);
        if (errno.IsError) return errno;
        using (proc)
        {
            errno = TryStatfs(proc!.Value, out long type, out _);
            if (errno.IsError) return errno;
            if (type != PROC_SUPER_MAGIC || FileStatus.Of(proc).Inode != PROC_ROOT_INO) return new Errno(Errno.ENOSYS);
            return Files.TryOpenAt2(proc.Value, "self/fd", O_PATH | O_DIRECTORY, ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_NO_XDEV, 0, out s_descriptors);
        }
    }

    // Parameters of fsconfig(2) that mount(2) takes as flags.
    private static MountFlags FlagOf(string key) => key switch
    {
        "ro" => MS_RDONLY,
        "sync" => MS_SYNCHRONOUS,
        "dirsync" => MS_DIRSYNC,
        "mand" => MS_MANDLOCK,
        "lazytime" => MS_LAZYTIME,
        _ => 0,
    };

    /// <summary>MOUNT_ATTR_* as flags of mount(2).</summary>
    public static MountFlags FlagsOf(MountAttributeFlags attributes)
    {
        const MountAttributeFlags Same = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
        var flags = (MountFlags)(attributes & Same); // the same bits
        if ((attributes & MOUNT_ATTR_NOSYMFOLLOW) != 0) flags |= MS_NOSYMFOLLOW;
        if ((attributes & MOUNT_ATTR_NODIRATIME) != 0) flags |= MS_NODIRATIME;
        return flags | (attributes & MOUNT_ATTR__ATIME) switch
        {
            MOUNT_ATTR_NOATIME => MS_NOATIME,
            MOUNT_ATTR_STRICTATIME => MS_STRICTATIME,
            _ => MS_RELATIME,
        };
    }
}
