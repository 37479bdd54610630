// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>A system call that failed: which one, on what, and why.</summary>
public sealed class SyscallException(string call, string operand, Errno errno)
    : Exception(operand.Length == 0 ? $"{call}(2): {errno}" : $"{call}(2) on \"{operand}\": {errno}")
{
    /// <summary>The call's name in section 2 of the manual, such as <c>openat2</c>.</summary>
    public string Call { get; } = call;

    /// <summary>The path, pid or other object it was applied to; may be empty.</summary>
    public string Operand { get; } = operand;

    public Errno Errno { get; } = errno;
}
