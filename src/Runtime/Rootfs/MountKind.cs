// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>How a mount is made.</summary>
public enum MountKind
{
    /// <summary>A new file system: fsopen(2), fsmount(2).</summary>
    FileSystem,

    /// <summary>A copy of a mount of the host or of an earlier step: open_tree(2).</summary>
    Bind,

    /// <summary>The container's view of the cgroup hierarchies.</summary>
    Cgroup,

    /// <summary>Other options for an existing mount.</summary>
    Remount,
}
