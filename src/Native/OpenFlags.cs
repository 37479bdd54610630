// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>
/// The flags of open(2) and of calls that make descriptors in the same way. Some values differ between architectures.
/// </summary>
[Flags]
public enum OpenFlags : int
{
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_RDWR = 2,
    O_CREAT = 0x40,
    O_EXCL = 0x80,
    O_NOCTTY = 0x100,
    O_TRUNC = 0x200,
    O_APPEND = 0x400,
    O_NONBLOCK = 0x800,
    O_DIRECTORY = Numbers.O_DIRECTORY,
    O_NOFOLLOW = Numbers.O_NOFOLLOW,
    O_CLOEXEC = 0x80000,
    O_PATH = 0x200000,
}
