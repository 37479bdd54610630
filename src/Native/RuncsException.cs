// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>
/// An error that the user sees: one line that names the field or the call, and a remedy if one is known. The error of a
/// failed call comes from its errno, by <see cref="Errno.OrThrow(string, string)"/> or <see cref="Errno.Failure(string,
/// string)"/>.
/// </summary>
public sealed class RuncsException : Exception
{
    public RuncsException(string message) : base(message) { }

    /// <summary>The same error with another message; it keeps the errno.</summary>
    public RuncsException(string message, Exception inner) : base(message, inner)
    {
        if (inner is RuncsException failure) (Errno, Kind, HasHint) = (failure.Errno, failure.Kind, failure.HasHint);
    }

    internal RuncsException(string call, string operand, Errno errno) : base(errno.Describe(call, operand)) =>
        (Call, Operand, Errno) = (call, operand, errno);

    private RuncsException(string message, string? jsonPath, RuncsException failure) : base(message) =>
        (JsonPath, Call, Operand, Errno, Kind, HasHint) = (jsonPath, failure.Call, failure.Operand, failure.Errno, failure.Kind, failure.HasHint);

    /// <summary>The errno of the failed call; <see cref="Errno.None"/> if the error does not come from a call.</summary>
    public Errno Errno { get; init; }

    public FailureKind Kind { get; init; }

    public bool IsOfHook => Kind == FailureKind.Hook;

    /// <summary>The field, such as <c>mounts[2]</c>, or the flag that caused the error; the message begins with it.</summary>
    public string? JsonPath { get; private init; }

    /// <summary>The message ends with an explanation or a remedy.</summary>
    public bool HasHint { get; private init; }

    /// <summary>The failed call's name in section 2 of the manual, such as <c>openat2</c>.</summary>
    public string? Call { get; }

    /// <summary>The path, pid or other object of the call; may be empty.</summary>
    public string? Operand { get; }

    /// <summary>A failed call without a field: the step that made it adds its own.</summary>
    public bool LacksJsonPath => Call != null && JsonPath == null;

    /// <summary>An error of a field: <c>mounts[2]: problem</c>.</summary>
    /// <param name="errno">The errno of the failed call that the problem describes.</param>
    public static RuncsException At(string jsonPath, string problem, Errno errno = default) =>
        new($"{jsonPath}: {problem}") { JsonPath = jsonPath, Errno = errno };

    /// <summary>The same failure with its field: <c>mounts[2]: move_mount(2) on "/data": permission denied (EACCES)</c>.</summary>
    public RuncsException At(string jsonPath) => new($"{jsonPath}: {Message}", jsonPath, this);

    /// <summary>The same failed call with another operand.</summary>
    public RuncsException On(string operand) => new(Call!, operand, Errno);

    /// <summary>The same failure with an explanation or a remedy; unchanged if that is empty.</summary>
    public RuncsException WithHint(string hint) => hint.Length == 0 ? this : new($"{Message}: {hint}", JsonPath, this) { HasHint = true };
}
