// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The flags of clone3(2), setns(2) and unshare(2).</summary>
[Flags]
public enum CloneFlags : ulong
{
    CLONE_NEWTIME = 0x80,
    CLONE_VM = 0x100,
    CLONE_PIDFD = 0x1000,
    CLONE_VFORK = 0x4000,
    CLONE_PARENT = 0x8000,
    CLONE_PARENT_SETTID = 0x100000,
    CLONE_NEWNS = 0x20000,
    CLONE_CHILD_CLEARTID = 0x200000,
    CLONE_CHILD_SETTID = 0x1000000,
    CLONE_NEWCGROUP = 0x2000000,
    CLONE_NEWUTS = 0x4000000,
    CLONE_NEWIPC = 0x8000000,
    CLONE_NEWUSER = 0x10000000,
    CLONE_NEWPID = 0x20000000,
    CLONE_NEWNET = 0x40000000,
    CLONE_INTO_CGROUP = 0x200000000,
}
