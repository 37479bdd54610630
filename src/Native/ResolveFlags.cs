// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>How openat2(2) resolves a path.</summary>
[Flags]
public enum ResolveFlags : ulong
{
    RESOLVE_NO_XDEV = 0x01,
    RESOLVE_NO_MAGICLINKS = 0x02,
    RESOLVE_NO_SYMLINKS = 0x04,
    RESOLVE_BENEATH = 0x08,
    RESOLVE_IN_ROOT = 0x10,
}
