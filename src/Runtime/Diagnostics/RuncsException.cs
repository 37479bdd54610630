// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Diagnostics;

/// <summary>
/// An error that the user is to see: one line that names the field or the call, and says what to do where that is known.
/// </summary>
public sealed class RuncsException : Exception
{
    public RuncsException(string message) : base(message) { }

    public RuncsException(string message, Exception inner) : base(message, inner) { }

    /// <summary>A hook failed, which is the end of its container (runtime.md, "Lifecycle").</summary>
    public bool IsOfHook { get; init; }

    /// <summary>An error with its origin, a JSON path such as <c>mounts[2]</c>: <c>mounts[2]: problem</c>.</summary>
    public static RuncsException At(string origin, string problem) => new($"{origin}: {problem}");

    /// <summary>A failed call with its origin: <c>mounts[2]: move_mount(2) on "/data": permission denied (EACCES)</c>.</summary>
    public static RuncsException At(string origin, SyscallException failure) => new($"{origin}: {failure.Message}", failure);

    /// <inheritdoc cref="At(string, SyscallException)"/>
    public static RuncsException At(string origin, string call, string operand, Errno errno) =>
        At(origin, new SyscallException(call, operand, errno));
}
