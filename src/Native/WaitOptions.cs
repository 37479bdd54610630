// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The options of wait4(2) and waitid(2).</summary>
[Flags]
public enum WaitOptions : int
{
    WNOHANG = 1,
    WEXITED = 4,
    WNOWAIT = 0x1000000,
    __WALL = 0x40000000,
}
