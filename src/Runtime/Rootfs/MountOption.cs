// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.MountFlags;

namespace Runcs.Rootfs;

/// <summary>One row of the table "Linux mount options" of config.md, all of it, and what mount(8) has besides.</summary>
internal readonly record struct MountOption(MountOptionKind Kind, MountFlags Flags = 0, MountAttributeFlags Attributes = 0)
{
    /// <summary>All words that <see cref="Find"/> knows, in order, for whoever lists what is known.</summary>
    public static readonly string[] Words =
    [
        "X-mount.mkdir", "_netdev", "async", "atime", "auto", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "group",
        "idmap", "iversion", "lazytime", "loud", "mand", "noatime", "noauto", "nodev", "nodiratime", "noexec", "noiversion",
        "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "nouser", "owner", "private", "ratime",
        "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "ridmap", "rnoatime", "rnodev", "rnodiratime", "rnoexec",
        "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave",
        "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow",
        "sync", "tmpcopyup", "unbindable", "user", "users",
    ];

    public static MountOption Find(string word) => word switch
    {
        "defaults" => new(MountOptionKind.Nothing),
        "bind" => Set(MS_BIND),
        "rbind" => Set(MS_BIND | MS_REC),
        "remount" => Set(MS_REMOUNT),
        "ro" => Set(MS_RDONLY),
        "rw" => Clear(MS_RDONLY),
        "suid" => Clear(MS_NOSUID),
        "nosuid" => Set(MS_NOSUID),
        "dev" => Clear(MS_NODEV),
        "nodev" => Set(MS_NODEV),
        "exec" => Clear(MS_NOEXEC),
        "noexec" => Set(MS_NOEXEC),
        "symfollow" => Clear(MS_NOSYMFOLLOW),
        "nosymfollow" => Set(MS_NOSYMFOLLOW),
        "atime" => Clear(MS_NOATIME),
        "noatime" => Set(MS_NOATIME),
        "diratime" => Clear(MS_NODIRATIME),
        "nodiratime" => Set(MS_NODIRATIME),
        "relatime" => Set(MS_RELATIME),
        "norelatime" => Clear(MS_RELATIME),
        "strictatime" => Set(MS_STRICTATIME),
        "nostrictatime" => Clear(MS_STRICTATIME),
        "sync" => Set(MS_SYNCHRONOUS),
        "async" => Clear(MS_SYNCHRONOUS),
        "dirsync" => Set(MS_DIRSYNC),
        "mand" => Set(MS_MANDLOCK),
        "nomand" => Clear(MS_MANDLOCK),
        "lazytime" => Set(MS_LAZYTIME),
        "nolazytime" => Clear(MS_LAZYTIME),
        "iversion" => Set(MS_I_VERSION),
        "noiversion" => Clear(MS_I_VERSION),
        "silent" => Set(MS_SILENT),
        "loud" => Clear(MS_SILENT),
        "private" => Propagation(MS_PRIVATE),
        "rprivate" => Propagation(MS_PRIVATE | MS_REC),
        "shared" => Propagation(MS_SHARED),
        "rshared" => Propagation(MS_SHARED | MS_REC),
        "slave" => Propagation(MS_SLAVE),
        "rslave" => Propagation(MS_SLAVE | MS_REC),
        "unbindable" => Propagation(MS_UNBINDABLE),
        "runbindable" => Propagation(MS_UNBINDABLE | MS_REC),
        "rro" => SetTree(MOUNT_ATTR_RDONLY),
        "rrw" => ClearTree(MOUNT_ATTR_RDONLY),
        "rsuid" => ClearTree(MOUNT_ATTR_NOSUID),
        "rnosuid" => SetTree(MOUNT_ATTR_NOSUID),
        "rdev" => ClearTree(MOUNT_ATTR_NODEV),
        "rnodev" => SetTree(MOUNT_ATTR_NODEV),
        "rexec" => ClearTree(MOUNT_ATTR_NOEXEC),
        "rnoexec" => SetTree(MOUNT_ATTR_NOEXEC),
        "rsymfollow" => ClearTree(MOUNT_ATTR_NOSYMFOLLOW),
        "rnosymfollow" => SetTree(MOUNT_ATTR_NOSYMFOLLOW),
        "rdiratime" => ClearTree(MOUNT_ATTR_NODIRATIME),
        "rnodiratime" => SetTree(MOUNT_ATTR_NODIRATIME),
        // The access time mode is an enumeration in three bits, not flags: leaving one mode is entering relatime, which is 0.
        "ratime" or "rnorelatime" or "rnostrictatime" => ClearTree(MOUNT_ATTR__ATIME),
        "rrelatime" => SetTree(MOUNT_ATTR_RELATIME),
        "rnoatime" => SetTree(MOUNT_ATTR_NOATIME),
        "rstrictatime" => SetTree(MOUNT_ATTR_STRICTATIME),
        "tmpcopyup" => new(MountOptionKind.CopyUp),
        "idmap" => new(MountOptionKind.IdMap),
        "ridmap" => new(MountOptionKind.IdMap, MS_REC),
        // mount(8) keeps these to itself: who mounts what and when.
        "auto" or "noauto" or "nouser" or "_netdev" or "X-mount.mkdir" => new(MountOptionKind.Nothing),
        "user" or "users" => Set(MS_NOEXEC | MS_NOSUID | MS_NODEV),
        "owner" or "group" => Set(MS_NOSUID | MS_NODEV),
        _ when word.StartsWith("x-", System.StringComparison.Ordinal) => new(MountOptionKind.Nothing),
        _ => new(MountOptionKind.FileSystem),
    };

    /// <summary>The word for a propagation type, such as <c>rslave</c>.</summary>
    public static string PropagationName(MountFlags flags) => ((flags & MS_REC) != 0 ? "r" : "") + (flags & ~MS_REC) switch
    {
        MS_SHARED => "shared",
        MS_SLAVE => "slave",
        MS_PRIVATE => "private",
        _ => "unbindable",
    };

    private static MountOption Set(MountFlags flags) => new(MountOptionKind.Set, flags);

    private static MountOption Clear(MountFlags flags) => new(MountOptionKind.Clear, flags);

    private static MountOption SetTree(MountAttributeFlags attributes) => new(MountOptionKind.SetTree, Attributes: attributes);

    private static MountOption ClearTree(MountAttributeFlags attributes) => new(MountOptionKind.ClearTree, Attributes: attributes);

    private static MountOption Propagation(MountFlags flags) => new(MountOptionKind.Propagation, flags);
}
