// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native.Arch;

/// <summary>The numbers of x86-64 that other architectures do not share.</summary>
internal static partial class X64
{
    // asm-generic/fcntl.h.
    internal const int O_DIRECT = 0x4000, O_LARGEFILE = 0x8000, O_DIRECTORY = 0x10000, O_NOFOLLOW = 0x20000;

    // linux/elf-em.h and linux/audit.h.
    internal const ushort EM = 62;
    internal const uint AUDIT_ARCH = 0xc000003e, AUDIT_ARCH_32 = 0x40000003; // AUDIT_ARCH_X86_64, AUDIT_ARCH_I386
    internal const string SeccompName = "X86_64";

    internal const int PageSize = 4096;

    // clone(2), "C library/kernel differences": flags, stack, parent_tid, child_tid, tls.
    internal const bool CLONE_BACKWARDS = false;
}
