// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The flags of move_mount(2).</summary>
[Flags]
public enum MoveMountFlags : uint
{
    MOVE_MOUNT_F_EMPTY_PATH = 0x04,
    MOVE_MOUNT_T_EMPTY_PATH = 0x40,
}
