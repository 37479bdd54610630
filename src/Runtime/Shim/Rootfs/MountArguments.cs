// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.MountFlags;

namespace Runcs.Shim.Rootfs;

/// <summary>A mount of containerd's in the terms of mount(2): fstab(5) options as flags, propagation and data.</summary>
internal readonly record struct MountArguments(MountFlags Flags, MountFlags Propagation, List<string> Data)
{
    private const string UidMap = "uidmap=", GidMap = "gidmap=";

    private static readonly (string Name, MountFlags Set, MountFlags Cleared)[] _options =
    [
        ("async", 0, MS_SYNCHRONOUS), ("atime", 0, MS_NOATIME), ("bind", MS_BIND, 0), ("defaults", 0, 0), ("dev", 0, MS_NODEV),
        ("diratime", 0, MS_NODIRATIME), ("dirsync", MS_DIRSYNC, 0), ("exec", 0, MS_NOEXEC), ("mand", MS_MANDLOCK, 0),
        ("noatime", MS_NOATIME, 0), ("nodev", MS_NODEV, 0), ("nodiratime", MS_NODIRATIME, 0), ("noexec", MS_NOEXEC, 0),
        ("nomand", 0, MS_MANDLOCK), ("norelatime", 0, MS_RELATIME), ("nostrictatime", 0, MS_STRICTATIME), ("nosuid", MS_NOSUID, 0),
        ("rbind", MS_BIND | MS_REC, 0), ("relatime", MS_RELATIME, 0), ("remount", MS_REMOUNT, 0), ("ro", MS_RDONLY, 0),
        ("rw", 0, MS_RDONLY), ("strictatime", MS_STRICTATIME, 0), ("suid", 0, MS_NOSUID), ("sync", MS_SYNCHRONOUS, 0),
    ];

    private static readonly (string Name, MountFlags Propagation)[] _propagations =
    [
        ("private", MS_PRIVATE), ("rprivate", MS_PRIVATE | MS_REC), ("shared", MS_SHARED), ("rshared", MS_SHARED | MS_REC),
        ("slave", MS_SLAVE), ("rslave", MS_SLAVE | MS_REC), ("unbindable", MS_UNBINDABLE), ("runbindable", MS_UNBINDABLE | MS_REC),
    ];

    /// <summary>The ids of its files in the container; "" for no mapping.</summary>
    public string Uids { get; private init; } = "";

    /// <inheritdoc cref="Uids"/>
    public string Gids { get; private init; } = "";

    /// <summary>The source is a file, and a loop device of it is mounted.</summary>
    public bool Loop { get; private init; }

    /// <exception cref="RuncsException">An option that this shim does not know what to do with.</exception>
    public static MountArguments Parse(IReadOnlyList<string> options)
    {
        (MountFlags flags, MountFlags propagation) = (0, 0);
        (string uids, string gids, bool loop) = ("", "", false);
        var data = new List<string>();
        foreach (string option in options)
        {
            int known = Array.FindIndex(_options, entry => entry.Name == option), kind = Array.FindIndex(_propagations, entry => entry.Name == option);
            if (known >= 0) flags = (flags | _options[known].Set) & ~_options[known].Cleared;
            else if (kind >= 0) propagation = _propagations[kind].Propagation;
            else if (option.StartsWith(UidMap, StringComparison.Ordinal)) uids = option[UidMap.Length..];
            else if (option.StartsWith(GidMap, StringComparison.Ordinal)) gids = option[GidMap.Length..];
            else if (option == "loop") loop = true;
            else if (option.StartsWith("X-containerd.", StringComparison.Ordinal)) throw RuncsException.At("rootfs", $"mount option {option} is not supported");
            else data.Add(option);
        }
        return new MountArguments(flags, propagation, data) { Uids = uids, Gids = gids, Loop = loop };
    }
}
