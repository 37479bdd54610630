// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.OciSpec.Json;

/// <summary>
/// Builds a JSON document byte for byte as Go's encoding/json does, because engines are written against its output:
/// layout, order of map keys, and escapes (<c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c> too).
/// </summary>
/// <remarks>Utf8JsonWriter cannot write Go's escapes without a custom encoder, whose tables cost start-up time.</remarks>
public sealed partial class JsonText
{
    private readonly byte indentByte;
    private readonly int indentWidth;
    private byte[] buffer = new byte[1024];
    private int length;
    private int depth;

    /// <summary>The innermost object or array has no member or element yet.</summary>
    private bool opened = true;

    /// <summary>A name was written, so the next value is on the same line.</summary>
    private bool named;

    private JsonText(byte indentByte, int indentWidth)
    {
        this.indentByte = indentByte;
        this.indentWidth = indentWidth;
    }

    /// <summary>A document on one line, as json.Marshal writes it.</summary>
    public static JsonText Compact() => new(0, 0);

    /// <summary>A document indented by spaces, as json.MarshalIndent writes it.</summary>
    /// <param name="spaces">Spaces for each level.</param>
    public static JsonText Indented(int spaces) => new((byte)' ', spaces);

    /// <summary>A document indented by one tab for each level.</summary>
    public static JsonText Tabbed() => new((byte)'\t', 1);

    /// <summary>The bytes written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    /// <summary>A copy of the bytes written so far.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>Opens an object.</summary>
    public void BeginObject() => Open((byte)'{');

    /// <summary>Closes the innermost object.</summary>
    public void EndObject() => Close((byte)'}');

    /// <summary>Opens an array.</summary>
    public void BeginArray() => Open((byte)'[');

    /// <summary>Closes the innermost array.</summary>
    public void EndArray() => Close((byte)']');

    /// <summary>The name of the member whose value is written next.</summary>
    /// <param name="utf8">ASCII that needs no escape.</param>
    public void Name(ReadOnlySpan<byte> utf8)
    {
        StartItem();
        Append((byte)'"');
        Append(utf8);
        Append((byte)'"');
        EndName();
    }

    /// <summary>The name of the member whose value is written next, with any characters.</summary>
    public void Name(string name)
    {
        StartItem();
        AppendQuoted(name);
        EndName();
    }

    /// <summary>A string; half a surrogate pair in it becomes U+FFFD.</summary>
    public void String(string value)
    {
        StartItem();
        AppendQuoted(value);
    }

    /// <summary>A whole number.</summary>
    public void Number(long value)
    {
        StartItem();
        if (value < 0)
            Append((byte)'-');
        AppendDigits(value < 0 ? unchecked((ulong)-value) : (ulong)value);
    }

    /// <summary>A whole number.</summary>
    public void Number(ulong value)
    {
        StartItem();
        AppendDigits(value);
    }

    /// <summary>
    /// A number with or without a point, as Go writes a float64 that is neither very large nor very small: without
    /// trailing zeros.
    /// </summary>
    /// <param name="text">Digits and at most one point, as the kernel writes them: <c>1.50</c>.</param>
    public void Decimal(ReadOnlySpan<char> text)
    {
        if (text.Contains('.'))
            text = text.TrimEnd('0').TrimEnd('.');
        StartItem();
        foreach (char digit in text)
            Append((byte)digit);
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public void Bool(bool value)
    {
        StartItem();
        Append(value ? "true"u8 : "false"u8);
    }

    /// <summary><c>null</c>.</summary>
    public void Null()
    {
        StartItem();
        Append("null"u8);
    }

    /// <summary>A line end after the document, as json.Encoder writes it.</summary>
    public void EndLine() => Append((byte)'\n');

    private void Open(byte bracket)
    {
        StartItem();
        Append(bracket);
        depth++;
        opened = true;
    }

    private void Close(byte bracket)
    {
        depth--;
        if (!opened)
            StartLine();
        opened = false;
        Append(bracket);
    }

    private void StartItem()
    {
        if (named)
        {
            named = false;
            return;
        }
        if (!opened)
            Append((byte)',');
        opened = false;
        if (depth > 0)
            StartLine();
    }

    private void EndName()
    {
        Append((byte)':');
        if (indentWidth > 0)
            Append((byte)' ');
        named = true;
    }

    private void StartLine()
    {
        if (indentWidth == 0)
            return;
        Append((byte)'\n');
        int width = depth * indentWidth;
        Reserve(width).Fill(indentByte);
        length += width;
    }
}
