// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Cgroups;

/// <summary>The accesses to a device, in the kernel's numbering (DEVCG_ACC_*, BPF_DEVCG_ACC_*).</summary>
[Flags]
public enum DeviceAccess
{
    None = 0,
    Mknod = 1,
    Read = 2,
    Write = 4,
    All = Mknod | Read | Write,
}
