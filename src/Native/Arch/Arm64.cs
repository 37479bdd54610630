// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native.Arch;

/// <summary>The numbers of arm64 that other architectures do not share.</summary>
internal static partial class Arm64
{
    // arch/arm64/include/uapi/asm/fcntl.h: on arm64, x86-64's O_DIRECTORY is O_DIRECT, and its O_NOFOLLOW is O_LARGEFILE,
    // which has no effect.
    internal const int O_DIRECTORY = 0x4000, O_NOFOLLOW = 0x8000, O_DIRECT = 0x10000, O_LARGEFILE = 0x20000;

    // linux/elf-em.h and linux/audit.h.
    internal const ushort EM = 183;
    internal const uint AUDIT_ARCH = 0xc00000b7, AUDIT_ARCH_32 = 0x40000028; // AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM
    internal const string SeccompName = "AARCH64";

    // 4, 16 or 64 KiB, depending on the kernel's configuration.
    internal const int PageSize = 0;

    // clone(2), "C library/kernel differences": flags, stack, parent_tid, tls, child_tid (CONFIG_CLONE_BACKWARDS).
    internal const bool CLONE_BACKWARDS = true;
}
