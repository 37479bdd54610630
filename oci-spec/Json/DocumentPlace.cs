// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.OciSpec.Json;

/// <summary>
/// Where an offset lies in a document, for errors. Walks the document again from its start, so that reading without
/// errors pays nothing for them. What lies before the offset is sound JSON: the reader came as far as this.
/// </summary>
internal static class DocumentPlace
{
    /// <summary>The path of the value that starts at <paramref name="offset"/>, as in <c>mounts[2].options[0]</c>.</summary>
    public static string PathAt(ReadOnlySpan<byte> document, int offset)
    {
        // One entry for each open container: the step to its current member or element, empty before the first member.
        var steps = new List<string>();
        var indexes = new List<int>();
        for (int at = 0; at < offset; at++)
        {
            switch (document[at])
            {
                case (byte)'{':
                    steps.Add("");
                    indexes.Add(-1);
                    break;
                case (byte)'[':
                    steps.Add("[0]");
                    indexes.Add(0);
                    break;
                case (byte)'}' or (byte)']':
                    steps.RemoveAt(steps.Count - 1);
                    indexes.RemoveAt(indexes.Count - 1);
                    break;
                case (byte)',' when indexes[^1] >= 0:
                    steps[^1] = "[" + (++indexes[^1]).ToString() + "]";
                    break;
                case (byte)'"':
                    int end = EndOfString(document, at);
                    if (IsName(document, end))
                        steps[^1] = Step(document[(at + 1)..(end - 1)]);
                    at = end - 1;
                    break;
            }
        }
        string path = string.Concat(steps);
        return path.StartsWith('.') ? path[1..] : path;
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

    /// <summary>A plain name behind a dot, any other in brackets and as it stands in the document.</summary>
    private static string Step(ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        bool plain = text.Length > 0;
        foreach (char next in text)
            plain &= char.IsAsciiLetterOrDigit(next) || next is '_' or '-';
        return plain ? "." + text : "[\"" + text + "\"]";
    }
}
