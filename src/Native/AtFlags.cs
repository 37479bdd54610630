// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>
/// The flags of calls that take a directory and a path below it (fcntl.h). AT_REMOVEDIR of unlinkat(2) and AT_EACCESS of
/// faccessat(2) have the same value.
/// </summary>
[Flags]
public enum AtFlags : int
{
    AT_SYMLINK_NOFOLLOW = 0x100,
    AT_REMOVEDIR = 0x200,
    AT_EACCESS = AT_REMOVEDIR,
    AT_EMPTY_PATH = 0x1000,
    AT_RECURSIVE = 0x8000,
}
