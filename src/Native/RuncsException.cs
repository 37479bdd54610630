// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>
/// An error that the user sees: one line that names the field or the call, and what to do where that is known. A failed call is
/// made of its errno, by <see cref="Errno.OrThrow(string, string)"/> or <see cref="Errno.Failure(string, string)"/>.
/// </summary>
public sealed class RuncsException : Exception
{
    public RuncsException(string message) : base(message) { }

    /// <summary>The same error in other words; an errno of it stays.</summary>
    public RuncsException(string message, Exception inner) : base(message, inner)
    {
        if (inner is RuncsException failure) (Errno, IsOfHook) = (failure.Errno, failure.IsOfHook);
    }

    internal RuncsException(string call, string operand, Errno errno) : base(errno.Describe(call, operand)) =>
        (Call, Operand, Errno) = (call, operand, errno);

    private RuncsException(string message, string? jsonPath, RuncsException failure) : base(message) =>
        (JsonPath, Call, Operand, Errno, IsOfHook) = (jsonPath, failure.Call, failure.Operand, failure.Errno, failure.IsOfHook);

    /// <summary>Why the call failed; <see cref="Errno.None"/> if the error is not of a call.</summary>
    public Errno Errno { get; init; }

    /// <summary>A hook failed, which is the end of its container (runtime.md, "Lifecycle").</summary>
    public bool IsOfHook { get; init; }

    /// <summary>The field, such as <c>mounts[2]</c>, or the flag that the error is about; the message begins with it.</summary>
    public string? JsonPath { get; private init; }

    /// <summary>The failed call's name in section 2 of the manual, such as <c>openat2</c>.</summary>
    public string? Call { get; }

    /// <summary>The path, pid or other object of the call; may be empty.</summary>
    public string? Operand { get; }

    /// <summary>A failed call that no field is named for: the step that made it adds its own.</summary>
    public bool LacksJsonPath => Call != null && JsonPath == null;

    /// <summary>An error of a field: <c>mounts[2]: problem</c>.</summary>
    /// <param name="errno">Of the failed call that the problem describes.</param>
    public static RuncsException At(string jsonPath, string problem, Errno errno = default) =>
        new($"{jsonPath}: {problem}") { JsonPath = jsonPath, Errno = errno };

    /// <summary>The same failure with its field: <c>mounts[2]: move_mount(2) on "/data": permission denied (EACCES)</c>.</summary>
    public RuncsException At(string jsonPath) => new($"{jsonPath}: {Message}", jsonPath, this);

    /// <summary>The same failure of a call, by another name of its object.</summary>
    public RuncsException On(string operand) => new(Call!, operand, Errno);

    /// <summary>The same failure with what explains it, or what the user can do; none if that is empty.</summary>
    public RuncsException WithHint(string hint) => hint.Length == 0 ? this : new($"{Message}: {hint}", JsonPath, this);
}
