// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.OciSpec.Json;

/// <summary>
/// Maps offsets in a document to JSON paths, for errors. It walks the document again from the start, so that reading
/// without errors costs nothing extra, and continues from one offset to the next. The text before an offset is valid
/// JSON, because the reader has passed it.
/// </summary>
internal ref struct DocumentPlace
{
    /// <summary>How much of a long key a path shows, in characters.</summary>
    private const int LongestName = 100;

    private readonly ReadOnlySpan<byte> document;

    // One entry for each open container: the step to its current member or element, empty before the first member.
    private readonly List<string> steps;
    private readonly List<int> indexes;
    private int at;

    public DocumentPlace(ReadOnlySpan<byte> document)
    {
        this.document = document;
        steps = [];
        indexes = [];
    }

    /// <summary>The path of the value that starts at <paramref name="offset"/>, such as <c>mounts[2].options[0]</c>.</summary>
    /// <param name="offset">Not before the offset of the last call.</param>
    public string PathAt(int offset)
    {
        for (; at < offset; at++)
        {
            switch (document[at])
            {
                case (byte)'{':
                    steps.Add("");
                    indexes.Add(-1);
                    break;
                case (byte)'[':
                    steps.Add("");
                    indexes.Add(0);
                    break;
                case (byte)'}' or (byte)']':
                    steps.RemoveAt(steps.Count - 1);
                    indexes.RemoveAt(indexes.Count - 1);
                    break;
                case (byte)',' when indexes[^1] >= 0:
                    indexes[^1]++;
                    break;
                case (byte)'"':
                    int end = EndOfString(document, at);
                    if (IsName(document, end))
                        steps[^1] = Step(document[(at + 1)..(end - 1)]);
                    at = end - 1;
                    break;
            }
        }
        var path = new StringBuilder();
        for (int level = 0; level < steps.Count; level++)
        {
            if (indexes[level] >= 0)
                path.Append('[').Append(indexes[level]).Append(']');
            else
                path.Append(steps[level]);
        }
        if (path.Length > 0 && path[0] == '.')
            path.Remove(0, 1);
        return path.ToString();
    }

    /// <summary>Line and column of an offset, both from 1, the column in characters.</summary>
    public static (int Line, int Column) LineAndColumnAt(ReadOnlySpan<byte> document, int offset)
    {
        int line = 1;
        int column = 1;
        foreach (byte next in document[..offset])
        {
            if (next == '\n')
            {
                line++;
                column = 1;
            }
            else if ((next & 0xC0) != 0x80)
            {
                column++;
            }
        }
        return (line, column);
    }

    private static int EndOfString(ReadOnlySpan<byte> document, int quote)
    {
        int at = quote + 1;
        while (document[at] != '"')
            at += document[at] == '\\' ? 2 : 1;
        return at + 1;
    }

    private static bool IsName(ReadOnlySpan<byte> document, int at)
    {
        while (at < document.Length && document[at] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r')
            at++;
        return at < document.Length && document[at] == ':';
    }

    /// <summary>A plain name after a dot; any other name in brackets, as the document spells it.</summary>
    private static string Step(ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        if (text.Length > LongestName)
            text = text[..LongestName] + "...";
        bool plain = text.Length > 0;
        foreach (char next in text)
            plain &= char.IsAsciiLetterOrDigit(next) || next is '_' or '-';
        return plain ? "." + text : "[\"" + text + "\"]";
    }
}
