// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;

namespace Runcs.OciSpec.Json;

public ref partial struct DocumentReader
{
    /// <summary>How much of a wrong string or number an error repeats, in bytes.</summary>
    private const int QuotedLength = 60;

    /// <summary>An error about the value that the reader stands at, for checks of the caller's own.</summary>
    /// <param name="problem">What is wrong, in words that follow a colon.</param>
    public readonly OciDocumentException Wrong(string problem) => Wrong(position, problem);

    private readonly OciDocumentException Wrong(int at, string problem) =>
        new(DocumentPlace.PathAt(document, at), problem);

    /// <summary>The value at the position has another type or range; or it is no value at all.</summary>
    private OciDocumentException WrongType(string expected)
    {
        int start = position;
        string got;
        switch (Peek())
        {
            case '{':
                got = "an object";
                break;
            case '[':
                got = "an array";
                break;
            default:
                // Broken JSON is told as such: this throws where the value is none.
                SkipScalar();
                got = Quoted(document[start..position]);
                break;
        }
        return Wrong(start, "must be " + expected + ", got " + got);
    }

    private static string Quoted(ReadOnlySpan<byte> token) =>
        token.Length <= QuotedLength
            ? Encoding.UTF8.GetString(token)
            : Encoding.UTF8.GetString(token[..QuotedLength]) + "...";

    /// <summary>The JSON is broken at the position.</summary>
    private readonly OciDocumentException Broken(string problem)
    {
        (int line, int column) = DocumentPlace.LineAndColumnAt(document, position);
        if (position >= document.Length && !problem.StartsWith("the document ends", StringComparison.Ordinal))
            problem = document.IsEmpty ? "the document is empty" : "the document ends here, " + problem;
        return new OciDocumentException(line, column, problem);
    }
}
