// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>A kind of namespaces(7) under its name in config-linux.md.</summary>
public sealed record NamespaceKind(string Name, ulong Flag)
{
    /// <summary>All kinds, in the order in which they are joined: the user namespace first, since it gives the right to the others.</summary>
    public static readonly NamespaceKind[] All =
    [
        new("user", Processes.CLONE_NEWUSER),
        new("ipc", Processes.CLONE_NEWIPC),
        new("uts", Processes.CLONE_NEWUTS),
        new("network", Processes.CLONE_NEWNET),
        new("pid", Processes.CLONE_NEWPID),
        new("cgroup", Processes.CLONE_NEWCGROUP),
        new("time", Processes.CLONE_NEWTIME),
        new("mount", Processes.CLONE_NEWNS),
    ];

    public static NamespaceKind? Find(string name)
    {
        foreach (NamespaceKind kind in All)
            if (kind.Name == name)
                return kind;
        return null;
    }
}
