// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The flags of memfd_create(2).</summary>
[Flags]
public enum MemfdFlags : uint
{
    MFD_CLOEXEC = 1,
    MFD_ALLOW_SEALING = 2,
    MFD_NOEXEC_SEAL = 8,
    MFD_EXEC = 0x10,
}
