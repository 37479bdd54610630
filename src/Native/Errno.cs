// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>An error number of errno(3); <see cref="None"/> (0) means success.</summary>
public readonly record struct Errno(int Value)
{
    public static readonly Errno None = new(0);

    /// <summary>The errno of the last P/Invoke with SetLastError.</summary>
    internal static Errno Last => new(Marshal.GetLastPInvokeError());

    public bool IsError => Value != 0;

    /// <summary>The symbol of errno(3), such as <c>ENOENT</c>; <c>errno N</c> for one without an entry here.</summary>
    public string Name => ErrnoNames.Find(Value)?.Name ?? $"errno {Value}";

    /// <summary>
    /// The meaning of the number, in the lower-case form that Go prints and that callers of runc match (<c>no such file
    /// or directory</c>, <c>permission denied</c>).
    /// </summary>
    public string Message => ErrnoNames.Find(Value)?.Message ?? $"errno {Value}";

    public override string ToString() => $"{Message} ({Name})";

    /// <summary><c>move_mount(2) on "/data": permission denied (EACCES)</c>.</summary>
    /// <param name="call">The call's name in section 2 of the manual.</param>
    /// <param name="operand">The path, pid or other object of the call; may be empty.</param>
    public string Describe(string call, string operand) => operand.Length == 0 ? $"{call}(2): {this}" : $"{call}(2) on \"{operand}\": {this}";

    /// <summary>The error of a failed call.</summary>
    public RuncsException Failure(string call, string operand) => new(call, operand, this);

    /// <summary>The error of a failed call for a field of the config or a flag.</summary>
    public RuncsException Failure(string jsonPath, string call, string operand) => Failure(call, operand).At(jsonPath);

    /// <summary>Throws <see cref="Failure(string, string)"/> if the call has failed.</summary>
    /// <exception cref="RuncsException"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OrThrow(string call, string operand)
    {
        if (IsError) Throw(call, operand);
    }

    /// <inheritdoc cref="OrThrow(string, string)"/>
    public void OrThrow(string call, [InterpolatedStringHandlerArgument("")] ref FailedOperand operand)
    {
        if (IsError) Throw(call, operand.ToString());
    }

    /// <summary>Throws <see cref="Failure(string, string, string)"/> if the call has failed.</summary>
    /// <exception cref="RuncsException"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OrThrow(string jsonPath, string call, string operand)
    {
        if (IsError) Throw(jsonPath, call, operand);
    }

    /// <inheritdoc cref="OrThrow(string, string, string)"/>
    public void OrThrow(string jsonPath, string call, [InterpolatedStringHandlerArgument("")] ref FailedOperand operand)
    {
        if (IsError) Throw(jsonPath, call, operand.ToString());
    }

    /// <inheritdoc cref="OrThrow(string, string, string)"/>
    public void OrThrow([InterpolatedStringHandlerArgument("")] ref FailedOperand jsonPath, string call, string operand)
    {
        if (IsError) Throw(jsonPath.ToString(), call, operand);
    }

    // A separate method, so that the inlined check is one compare and one branch.
    [DoesNotReturn]
    private void Throw(string call, string operand) => throw Failure(call, operand);

    [DoesNotReturn]
    private void Throw(string jsonPath, string call, string operand) => throw Failure(jsonPath, call, operand);

    public const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, ENXIO = 6, E2BIG = 7, ENOEXEC = 8, EBADF = 9,
        ECHILD = 10, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EFAULT = 14, EBUSY = 16, EEXIST = 17, EXDEV = 18, ENODEV = 19, ENOTDIR = 20,
        EISDIR = 21, EINVAL = 22, ENFILE = 23, EMFILE = 24, ENOTTY = 25, ETXTBSY = 26, EFBIG = 27, ENOSPC = 28, EROFS = 30,
        EPIPE = 32, ERANGE = 34, ENAMETOOLONG = 36, ENOSYS = 38, ENOTEMPTY = 39, ELOOP = 40, EOVERFLOW = 75, EUSERS = 87,
        EOPNOTSUPP = 95, EADDRINUSE = 98, ECONNREFUSED = 111, ETIMEDOUT = 110, ESTALE = 116, EDQUOT = 122;
}
