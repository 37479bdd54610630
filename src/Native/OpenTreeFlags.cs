// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The flags of open_tree(2), which takes some of <see cref="AtFlags"/> as well.</summary>
[Flags]
public enum OpenTreeFlags : uint
{
    OPEN_TREE_CLONE = 1,
    OPEN_TREE_NAMESPACE = 2,
    AT_SYMLINK_NOFOLLOW = 0x100,
    AT_EMPTY_PATH = 0x1000,
    AT_RECURSIVE = 0x8000,
    OPEN_TREE_CLOEXEC = 0x80000,
}
