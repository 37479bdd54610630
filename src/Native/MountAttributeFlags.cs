// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The attributes of fsmount(2) and mount_setattr(2).</summary>
[Flags]
public enum MountAttributeFlags : ulong
{
    MOUNT_ATTR_RELATIME = 0,
    MOUNT_ATTR_RDONLY = 1,
    MOUNT_ATTR_NOSUID = 2,
    MOUNT_ATTR_NODEV = 4,
    MOUNT_ATTR_NOEXEC = 8,
    MOUNT_ATTR_NOATIME = 0x10,
    MOUNT_ATTR_STRICTATIME = 0x20,
    MOUNT_ATTR__ATIME = 0x70,
    MOUNT_ATTR_NODIRATIME = 0x80,
    MOUNT_ATTR_IDMAP = 0x100000,
    MOUNT_ATTR_NOSYMFOLLOW = 0x200000,
}
