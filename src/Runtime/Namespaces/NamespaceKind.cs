// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.CloneFlags;

namespace Runcs.Namespaces;

/// <summary>A kind of namespaces(7) with its name in config-linux.md.</summary>
public sealed record NamespaceKind(string Name, CloneFlags Flag)
{
    /// <summary>
    /// All kinds, in the order in which they are joined: the user namespace first, since it gives the privileges for the
    /// others.
    /// </summary>
    public static readonly NamespaceKind[] All =
    [
        new("user", CLONE_NEWUSER),
        new("ipc", CLONE_NEWIPC),
        new("uts", CLONE_NEWUTS),
        new("network", CLONE_NEWNET),
        new("pid", CLONE_NEWPID),
        new("cgroup", CLONE_NEWCGROUP),
        new("time", CLONE_NEWTIME),
        new("mount", CLONE_NEWNS),
    ];

    /// <summary>Its name in /proc/PID/ns and /proc/sys/user (namespaces(7)).</summary>
    public string FileName => Flag switch
    {
        CLONE_NEWNET => "net",
        CLONE_NEWNS => "mnt",
        _ => Name,
    };

    public static NamespaceKind? Find(string name)
    {
        foreach (NamespaceKind kind in All)
            if (kind.Name == name)
                return kind;
        return null;
    }
}
