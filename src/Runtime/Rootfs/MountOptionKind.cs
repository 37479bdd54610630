// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>The kind of an option in <c>mounts[].options</c>.</summary>
internal enum MountOptionKind
{
    /// <summary>Not in the table: a parameter of the file system.</summary>
    FileSystem,

    /// <summary>Has no effect.</summary>
    Nothing,

    /// <summary>Sets MS_* flags.</summary>
    Set,

    /// <summary>Clears MS_* flags.</summary>
    Clear,

    /// <summary>Sets MOUNT_ATTR_* flags on the whole tree.</summary>
    SetTree,

    /// <summary>Clears MOUNT_ATTR_* flags on the whole tree.</summary>
    ClearTree,

    /// <summary>A propagation type: MS_SHARED and so on, with MS_REC for the tree.</summary>
    Propagation,

    /// <summary>Copies the content of the mount point into a tmpfs.</summary>
    CopyUp,

    /// <summary>Maps the ids of the mount's files; with MS_REC of the tree's.</summary>
    IdMap,
}
