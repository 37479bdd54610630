// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native.Arch;

namespace Runcs.Seccomp;

/// <summary>An architecture of libseccomp's list, as a filter sees its calls.</summary>
/// <param name="Name">Without <c>SCMP_ARCH_</c>.</param>
/// <param name="Audit">The value of <c>seccomp_data.arch</c> (AUDIT_ARCH_* of linux/audit.h).</param>
/// <param name="Column">In syscalls.tbl.</param>
/// <param name="NumberOffset">The ABI's offset to the numbers there.</param>
/// <param name="Wide">Arguments have 64 bits; otherwise a filter sees only the lower half.</param>
/// <param name="Multiplexed">socketcall(2) and ipc(2) exist in addition to, or instead of, the calls that they dispatch.</param>
internal readonly record struct Architecture(string Name, uint Audit, int Column, uint NumberOffset, bool Wide, bool Multiplexed)
{
    internal const uint X86_64 = 0xc000003e, I386 = 0x40000003, S390 = 0x00000016, S390X = 0x80000016;

    /// <summary>__X32_SYSCALL_BIT of asm/unistd.h: x32 is x86-64 with this bit in the number.</summary>
    internal const uint X32Bit = 0x40000000;

    private const string Prefix = "SCMP_ARCH_";

    /// <summary>All names with their prefix, in order, for <c>features</c>.</summary>
    internal static readonly string[] Names =
    [
        "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64",
        "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PARISC",
        "SCMP_ARCH_PARISC64", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390",
        "SCMP_ARCH_S390X", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64",
    ];

    /// <summary>The architecture that this program is compiled for.</summary>
    internal static Architecture Native => Of(Machine.SeccompName)!.Value;

    internal bool IsX32 => Name == "X32";

    /// <summary>The architecture with a config's name; null for an unknown one.</summary>
    internal static Architecture? Find(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? Of(name[Prefix.Length..]) : null;

    // EM_* of linux/elf-em.h with __AUDIT_ARCH_64BIT (0x80000000), __AUDIT_ARCH_LE (0x40000000) and, for n32, 0x20000000.
    private static Architecture? Of(string name) => name switch
    {
        "X86_64" => new(name, X86_64, 0, 0, true, false),
        "X86" => new(name, I386, 1, 0, false, true),
        "X32" => new(name, X86_64, 2, X32Bit, false, false),
        "ARM" => new(name, 0x40000028, 3, 0, false, false),
        "AARCH64" => new(name, 0xc00000b7, 4, 0, true, false),
        "LOONGARCH64" => new(name, 0xc0000102, 5, 0, true, false),
        "M68K" => new(name, 0x00000004, 6, 0, false, true),
        "MIPS" => new(name, 0x00000008, 7, 4000, false, true),
        "MIPSEL" => new(name, 0x40000008, 7, 4000, false, true),
        "MIPS64" => new(name, 0x80000008, 8, 5000, true, false),
        "MIPSEL64" => new(name, 0xc0000008, 8, 5000, true, false),
        "MIPS64N32" => new(name, 0xa0000008, 9, 6000, false, false),
        "MIPSEL64N32" => new(name, 0xe0000008, 9, 6000, false, false),
        "PARISC" => new(name, 0x0000000f, 10, 0, false, false),
        "PARISC64" => new(name, 0x8000000f, 11, 0, true, false),
        "PPC" => new(name, 0x00000014, 12, 0, false, true),
        "PPC64" => new(name, 0x80000015, 13, 0, true, true),
        "PPC64LE" => new(name, 0xc0000015, 13, 0, true, true),
        "RISCV64" => new(name, 0xc00000f3, 14, 0, true, false),
        "S390" => new(name, S390, 15, 0, false, true),
        "S390X" => new(name, S390X, 16, 0, true, true),
        "SH" => new(name, 0x4000002a, 17, 0, false, true),
        "SHEB" => new(name, 0x0000002a, 17, 0, false, true),
        _ => null,
    };
}
