// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>What kind of thing a word in <c>mounts[].options</c> says.</summary>
internal enum MountOptionKind
{
    /// <summary>Not in the table: a parameter of the file system.</summary>
    FileSystem,

    /// <summary>Says what is so anyway.</summary>
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

    /// <summary>Fills a tmpfs with what its mount point holds.</summary>
    CopyUp,

    /// <summary>Maps the ids of the mount's files; with MS_REC of the tree's.</summary>
    IdMap,
}
