// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Seccomp".

namespace Runcs.OciSpec;

/// <summary>The filter of system calls (seccomp(2)).</summary>
public sealed partial class LinuxSeccomp
{
    /// <summary>What happens to calls that no rule names; one of <see cref="LinuxSeccompAction"/>.</summary>
    public string DefaultAction { get; set; } = "";

    /// <summary>The errno of a default action that has one; null for EPERM.</summary>
    public uint? DefaultErrnoRet { get; set; }

    /// <summary>Architectures whose calls are let through to the rules, as <c>SCMP_ARCH_X86_64</c>.</summary>
    public string[] Architectures { get; set; } = [];

    /// <summary>Flags of the filter, as <c>SECCOMP_FILTER_FLAG_LOG</c>; null if the document has none, which runc takes for its default flags.</summary>
    public string[]? Flags { get; set; }

    /// <summary>The socket that gets the descriptor of a SCMP_ACT_NOTIFY filter.</summary>
    public string ListenerPath { get; set; } = "";

    /// <summary>What goes to that socket beside the state.</summary>
    public string ListenerMetadata { get; set; } = "";

    /// <summary>The rules.</summary>
    public LinuxSyscall[] Syscalls { get; set; } = [];
}

/// <summary>A rule: these calls, with these arguments, get this action.</summary>
public sealed partial class LinuxSyscall
{
    /// <summary>The system calls.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>One of <see cref="LinuxSeccompAction"/>.</summary>
    public string Action { get; set; } = "";

    /// <summary>The errno, or the value for a tracer; null for EPERM.</summary>
    public uint? ErrnoRet { get; set; }

    /// <summary>Conditions on the arguments.</summary>
    public LinuxSeccompArg[] Args { get; set; } = [];
}

/// <summary>A condition on an argument of a system call.</summary>
public sealed partial class LinuxSeccompArg
{
    /// <summary>The argument, 0 to 5 (not checked here).</summary>
    public uint Index { get; set; }

    /// <summary>What it is compared with; the mask of SCMP_CMP_MASKED_EQ.</summary>
    public ulong Value { get; set; }

    /// <summary>What the masked argument is compared with.</summary>
    public ulong ValueTwo { get; set; }

    /// <summary>One of <see cref="LinuxSeccompOperator"/>.</summary>
    public string Op { get; set; } = "";
}
