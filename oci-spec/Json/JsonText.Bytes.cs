// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;

namespace Runcs.OciSpec.Json;

public sealed partial class JsonText
{
    private static ReadOnlySpan<byte> HexDigits => "0123456789abcdef"u8;

    private void AppendQuoted(string value)
    {
        Append((byte)'"');
        for (int at = 0; at < value.Length; at++)
        {
            char next = value[at];
            if (next < 0x80)
                AppendAscii((byte)next);
            else
                AppendRune(value, ref at);
        }
        Append((byte)'"');
    }

    /// <summary>The escapes of Go's encoding/json with HTML escaping on, which is its default; \b and \f since Go 1.22.</summary>
    private void AppendAscii(byte next)
    {
        switch (next)
        {
            case (byte)'"':
                Append("\\\""u8);
                break;
            case (byte)'\\':
                Append("\\\\"u8);
                break;
            case (byte)'\b':
                Append("\\b"u8);
                break;
            case (byte)'\f':
                Append("\\f"u8);
                break;
            case (byte)'\n':
                Append("\\n"u8);
                break;
            case (byte)'\r':
                Append("\\r"u8);
                break;
            case (byte)'\t':
                Append("\\t"u8);
                break;
            case < (byte)' ' or (byte)'<' or (byte)'>' or (byte)'&':
                Append("\\u00"u8);
                Append(HexDigits[next >> 4]);
                Append(HexDigits[next & 15]);
                break;
            default:
                Append(next);
                break;
        }
    }

    private void AppendRune(string value, ref int at)
    {
        char next = value[at];
        if (next is '\u2028' or '\u2029')
        {
            // Line ends in JavaScript but not in JSON.
            Append(next == '\u2028' ? "\\u2028"u8 : "\\u2029"u8);
            return;
        }
        if (!Rune.TryCreate(next, out Rune rune))
        {
            if (at + 1 < value.Length && Rune.TryCreate(next, value[at + 1], out rune))
                at++;
            else
                rune = Rune.ReplacementChar;
        }
        length += rune.EncodeToUtf8(Reserve(4));
    }

    private void AppendDigits(ulong value)
    {
        Span<byte> digits = stackalloc byte[20];
        int first = digits.Length;
        do
        {
            digits[--first] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);
        Append(digits[first..]);
    }

    private void Append(byte next)
    {
        if (length == buffer.Length)
            Reserve(1);
        buffer[length++] = next;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        length += bytes.Length;
    }

    /// <summary>Room for <paramref name="count"/> bytes after the written ones.</summary>
    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - length < count)
        {
            var larger = new byte[Math.Max(2 * buffer.Length, length + count)];
            Written.CopyTo(larger);
            buffer = larger;
        }
        return buffer.AsSpan(length, count);
    }
}
