// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The flags of umount2(2).</summary>
[Flags]
public enum UmountFlags : int
{
    MNT_DETACH = 2,
    UMOUNT_NOFOLLOW = 8,
}
