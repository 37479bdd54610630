// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.MountFlags;

namespace Runcs.Rootfs;

/// <summary>One row of the whole table "Linux mount options" of config.md, with further options of mount(8).</summary>
internal readonly record struct MountOption(MountOptionKind Kind, MountFlags Flags = 0, MountAttributeFlags Attributes = 0)
{
    // In byte order, for the search. mount(8) handles some by itself: who may mount, and when. The access time mode is an
    // enumeration in three bits, not flags: leaving a mode means relatime, which is 0.
    private static readonly (string Word, MountOption Option)[] Table =
    [
        ("X-mount.mkdir", new(MountOptionKind.Nothing)),
        ("_netdev", new(MountOptionKind.Nothing)),
        ("async", Clear(MS_SYNCHRONOUS)),
        ("atime", Clear(MS_NOATIME)),
        ("auto", new(MountOptionKind.Nothing)),
        ("bind", Set(MS_BIND)),
        ("defaults", new(MountOptionKind.Nothing)),
        ("dev", Clear(MS_NODEV)),
        ("diratime", Clear(MS_NODIRATIME)),
        ("dirsync", Set(MS_DIRSYNC)),
        ("exec", Clear(MS_NOEXEC)),
        ("group", Set(MS_NOSUID | MS_NODEV)),
        ("idmap", new(MountOptionKind.IdMap)),
        ("iversion", Set(MS_I_VERSION)),
        ("lazytime", Set(MS_LAZYTIME)),
        ("loud", Clear(MS_SILENT)),
        ("mand", Set(MS_MANDLOCK)),
        ("noatime", Set(MS_NOATIME)),
        ("noauto", new(MountOptionKind.Nothing)),
        ("nodev", Set(MS_NODEV)),
        ("nodiratime", Set(MS_NODIRATIME)),
        ("noexec", Set(MS_NOEXEC)),
        ("noiversion", Clear(MS_I_VERSION)),
        ("nolazytime", Clear(MS_LAZYTIME)),
        ("nomand", Clear(MS_MANDLOCK)),
        ("norelatime", Clear(MS_RELATIME)),
        ("nostrictatime", Clear(MS_STRICTATIME)),
        ("nosuid", Set(MS_NOSUID)),
        ("nosymfollow", Set(MS_NOSYMFOLLOW)),
        ("nouser", new(MountOptionKind.Nothing)),
        ("owner", Set(MS_NOSUID | MS_NODEV)),
        ("private", Propagation(MS_PRIVATE)),
        ("ratime", ClearTree(MOUNT_ATTR__ATIME)),
        ("rbind", Set(MS_BIND | MS_REC)),
        ("rdev", ClearTree(MOUNT_ATTR_NODEV)),
        ("rdiratime", ClearTree(MOUNT_ATTR_NODIRATIME)),
        ("relatime", Set(MS_RELATIME)),
        ("remount", Set(MS_REMOUNT)),
        ("rexec", ClearTree(MOUNT_ATTR_NOEXEC)),
        ("ridmap", new(MountOptionKind.IdMap, MS_REC)),
        ("rnoatime", SetTree(MOUNT_ATTR_NOATIME)),
        ("rnodev", SetTree(MOUNT_ATTR_NODEV)),
        ("rnodiratime", SetTree(MOUNT_ATTR_NODIRATIME)),
        ("rnoexec", SetTree(MOUNT_ATTR_NOEXEC)),
        ("rnorelatime", ClearTree(MOUNT_ATTR__ATIME)),
        ("rnostrictatime", ClearTree(MOUNT_ATTR__ATIME)),
        ("rnosuid", SetTree(MOUNT_ATTR_NOSUID)),
        ("rnosymfollow", SetTree(MOUNT_ATTR_NOSYMFOLLOW)),
        ("ro", Set(MS_RDONLY)),
        ("rprivate", Propagation(MS_PRIVATE | MS_REC)),
        ("rrelatime", SetTree(MOUNT_ATTR_RELATIME)),
        ("rro", SetTree(MOUNT_ATTR_RDONLY)),
        ("rrw", ClearTree(MOUNT_ATTR_RDONLY)),
        ("rshared", Propagation(MS_SHARED | MS_REC)),
        ("rslave", Propagation(MS_SLAVE | MS_REC)),
        ("rstrictatime", SetTree(MOUNT_ATTR_STRICTATIME)),
        ("rsuid", ClearTree(MOUNT_ATTR_NOSUID)),
        ("rsymfollow", ClearTree(MOUNT_ATTR_NOSYMFOLLOW)),
        ("runbindable", Propagation(MS_UNBINDABLE | MS_REC)),
        ("rw", Clear(MS_RDONLY)),
        ("shared", Propagation(MS_SHARED)),
        ("silent", Set(MS_SILENT)),
        ("slave", Propagation(MS_SLAVE)),
        ("strictatime", Set(MS_STRICTATIME)),
        ("suid", Clear(MS_NOSUID)),
        ("symfollow", Clear(MS_NOSYMFOLLOW)),
        ("sync", Set(MS_SYNCHRONOUS)),
        ("tmpcopyup", new(MountOptionKind.CopyUp)),
        ("unbindable", Propagation(MS_UNBINDABLE)),
        ("user", Set(MS_NOEXEC | MS_NOSUID | MS_NODEV)),
        ("users", Set(MS_NOEXEC | MS_NOSUID | MS_NODEV)),
    ];

    /// <summary>All options of the table, in order.</summary>
    public static string[] Words => Array.ConvertAll(Table, static row => row.Word);

    /// <summary>The meaning of an option; <see cref="MountOptionKind.FileSystem"/> if it is not in the table.</summary>
    public static MountOption Find(string word)
    {
        int low = 0, high = Table.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(Table[middle].Word, word);
            if (order == 0) return Table[middle].Option;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        // mount(8): "x-" options are for user space.
        return new(word.StartsWith("x-", StringComparison.Ordinal) ? MountOptionKind.Nothing : MountOptionKind.FileSystem);
    }

    /// <summary>The option for a propagation type, such as <c>rslave</c>.</summary>
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
