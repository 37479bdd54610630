// SPDX-License-Identifier: Apache-2.0
using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace Runcs.OciSpec.Json;

public ref partial struct DocumentReader
{
    /// <summary>
    /// A string that may reach the kernel or a program as a C string. It must not contain NUL: the kernel would see a
    /// shorter path than the one that was checked.
    /// </summary>
    public string ReadString() => ReadString(nulAllowed: false);

    /// <summary>A string that no system call sees (annotations, metadata) and that may hold any character.</summary>
    public string ReadText() => ReadString(nulAllowed: true);

    private string ReadString(bool nulAllowed)
    {
        if (Peek() != '"')
        {
            RefuseType("a string");
            return "";
        }
        int start = position;
        ReadOnlySpan<byte> raw = ScanString(out bool escaped);
        if (escaped)
        {
            raw = Unescape(raw, out char lone);
            if (lone != 0)
                return RefuseText(start, "holds half of a surrogate pair, \\u" + ((int)lone).ToString("x4"));
            if (!nulAllowed && raw.Contains((byte)0))
                return RefuseText(start, "must not hold a NUL character");
        }
        return Decode(raw) ?? RefuseText(start, "is not valid UTF-8");
    }

    /// <summary>The name of the current member as a key of a map.</summary>
    private string NameAsKey(bool nulAllowed)
    {
        if (!nulAllowed && Name.Contains((byte)0))
            return RefuseText(position, "the key must not hold a NUL character");
        return Decode(Name) ?? RefuseText(position, "the key is not valid UTF-8");
    }

    private string RefuseText(int at, string problem)
    {
        Note(at, problem);
        return "";
    }

    /// <returns>Null if it is not UTF-8.</returns>
    private string? Decode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        // A UTF-8 sequence never has fewer bytes than UTF-16 units.
        if (utf8.Length > decoded.Length)
            decoded = new char[2 * utf8.Length];
        if (Utf8.ToUtf16(utf8, decoded, out _, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
            return null;
        return new string(decoded, 0, written);
    }

    private ReadOnlySpan<byte> ScanName()
    {
        ReadOnlySpan<byte> raw = ScanString(out bool escaped);
        return escaped ? Unescape(raw, out _) : raw;
    }

    /// <summary>Moves behind a string and returns the bytes between its quotes.</summary>
    private ReadOnlySpan<byte> ScanString(out bool escaped)
    {
        escaped = false;
        ReadOnlySpan<byte> text = document;
        int start = position + 1;
        for (int at = PlainUntil(text, start); (uint)at < (uint)text.Length; at = PlainUntil(text, at + 1))
        {
            byte next = text[at];
            if (next == '"')
            {
                position = at + 1;
                return text[start..at];
            }
            if (next < ' ')
            {
                position = at;
                throw Broken("a control character in a string must be escaped, or the closing quote is missing");
            }
            if (next == '\\')
            {
                escaped = true;
                at += EscapeLength(at) - 1;
            }
        }
        position = document.Length;
        throw Broken("the document ends inside a string");
    }

    /// <summary>
    /// Skips plain bytes, eight at a time; it usually, but not always, stops at a quote, a backslash or a control
    /// character.
    /// </summary>
    private static int PlainUntil(ReadOnlySpan<byte> text, int at)
    {
        const ulong Each = 0x0101010101010101;
        while (at + sizeof(ulong) <= text.Length)
        {
            ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            ulong quote = bytes ^ (Each * '"');
            ulong backslash = bytes ^ (Each * '\\');
            // The high bit of a byte: set for a zero in the first two, for less than a space in the third. Borrows reach
            // only bytes above a hit, so the lowest is exact.
            ulong hits = ((quote - Each) & ~quote | (backslash - Each) & ~backslash | (bytes - (Each * ' ')) & ~bytes) & (Each * 0x80);
            if (hits != 0)
                return at + (BitOperations.TrailingZeroCount(hits) >> 3);
            at += sizeof(ulong);
        }
        return at;
    }

    private int EscapeLength(int at)
    {
        int kind = at + 1 < document.Length ? document[at + 1] : 0;
        if (kind is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't')
            return 2;
        if (kind == 'u' && at + 6 <= document.Length && HexValue(document.Slice(at + 2, 4)) >= 0)
            return 6;
        position = at;
        throw Broken("an escape in a string is not one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    }

    /// <summary>Resolves escapes that the scan found valid.</summary>
    /// <param name="raw">The bytes between the quotes.</param>
    /// <param name="lone">Half a surrogate pair, which is U+FFFD in the result, or 0.</param>
    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw, out char lone)
    {
        lone = '\0';
        var result = new byte[raw.Length];
        int length = 0;
        for (int at = 0; at < raw.Length;)
        {
            if (raw[at] != '\\')
            {
                result[length++] = raw[at++];
            }
            else if (raw[at + 1] == 'u')
            {
                Rune rune = UnescapeUnicode(raw[at..], out int used, ref lone);
                length += rune.EncodeToUtf8(result.AsSpan(length));
                at += used;
            }
            else
            {
                result[length++] = raw[at + 1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    byte itself => itself,
                };
                at += 2;
            }
        }
        return result.AsSpan(0, length);
    }

    private static Rune UnescapeUnicode(ReadOnlySpan<byte> escape, out int used, ref char lone)
    {
        var first = (char)HexValue(escape.Slice(2, 4));
        used = 6;
        if (Rune.TryCreate(first, out Rune rune))
            return rune;
        if (escape.Length >= 12 && escape[6] == '\\' && escape[7] == 'u'
            && Rune.TryCreate(first, (char)HexValue(escape.Slice(8, 4)), out rune))
        {
            used = 12;
            return rune;
        }
        lone = first;
        return Rune.ReplacementChar;
    }

    private static int HexValue(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits)
        {
            int low = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (low < 0)
                return -1;
            value = value << 4 | low;
        }
        return value;
    }
}
