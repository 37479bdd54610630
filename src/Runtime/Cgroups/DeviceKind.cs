// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>The kinds of devices, in the kernel's numbering (BPF_DEVCG_DEV_*).</summary>
public enum DeviceKind
{
    All = 0,
    Block = 1,
    Character = 2,
}
