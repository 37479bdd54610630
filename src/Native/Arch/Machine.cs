// SPDX-License-Identifier: Apache-2.0
#if ARM64
global using Numbers = Runcs.Native.Arch.Arm64;
#else
global using Numbers = Runcs.Native.Arch.X64;
#endif

namespace Runcs.Native.Arch;

/// <summary>The architecture that this program is compiled for (TargetArch in Directory.Build.props).</summary>
public static class Machine
{
    /// <summary>e_machine of elf(5).</summary>
    public const ushort ElfMachine = Numbers.EM;

    /// <summary>The value of <c>seccomp_data.arch</c> for this program's system calls (AUDIT_ARCH_*).</summary>
    public const uint AuditArch = Numbers.AUDIT_ARCH;

    /// <summary>The same for the system calls of 32-bit programs, which such a kernel may run.</summary>
    public const uint AuditArch32 = Numbers.AUDIT_ARCH_32;

    /// <summary>Its name in a seccomp profile, without <c>SCMP_ARCH_</c>.</summary>
    public const string SeccompName = Numbers.SeccompName;

    /// <summary>The size of a page; 0 where it depends on the kernel (<see cref="ProcessEnvironment.PageSize"/>).</summary>
    internal const int PageSize = Numbers.PageSize;

    /// <summary>clone(2) takes tls before child_tid.</summary>
    internal const bool CloneBackwards = Numbers.CLONE_BACKWARDS;
}
