// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Runcs.Native;

/// <summary>
/// An interpolated operand or JSON path of <see cref="Errno.OrThrow(string, string)"/>: the compiler evaluates its parts
/// only if the call has failed.
/// </summary>
[InterpolatedStringHandler]
public ref struct FailedOperand
{
    private string _text;

#pragma warning disable IDE0060, CA1801 // Required by the compiler.
    public FailedOperand(int literalLength, int formattedCount, Errno errno, out bool hasFailed)
#pragma warning restore IDE0060, CA1801
    {
        _text = "";
        hasFailed = errno.IsError;
    }

    public void AppendLiteral(string text) => _text += text;

    public void AppendFormatted(string? text) => _text += text;

    public void AppendFormatted(long number) => _text += number.ToString();

    public void AppendFormatted(ulong number) => _text += number.ToString();

    public override readonly string ToString() => _text;
}
