// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The seals of fcntl(2), F_ADD_SEALS.</summary>
[Flags]
public enum SealFlags : int
{
    F_SEAL_SEAL = 1,
    F_SEAL_SHRINK = 2,
    F_SEAL_GROW = 4,
    F_SEAL_WRITE = 8,
}
