// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The operations of flock(2).</summary>
[Flags]
public enum FlockOperations : int
{
    LOCK_SH = 1,
    LOCK_EX = 2,
    LOCK_NB = 4,
    LOCK_UN = 8,
}
