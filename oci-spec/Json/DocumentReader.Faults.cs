// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.OciSpec.Json;

public ref partial struct DocumentReader
{
    /// <summary>How many faults are reported; the others are counted.</summary>
    public const int MostFaults = 100;

    /// <summary>How much of a wrong string or number an error repeats, in bytes.</summary>
    private const int QuotedLength = 60;

    /// <summary>A fault by its offset: paths are computed once, when all faults are known.</summary>
    private readonly record struct Fault(int Offset, string Problem);

    private void Note(int at, string problem)
    {
        if (faultCount++ < MostFaults)
            (faults ??= []).Add(new Fault(at, problem));
    }

    /// <summary>
    /// The value at the position has another type or range, or is not a value. Records the fault and skips the value.
    /// </summary>
    private void RefuseType(string expected)
    {
        int start = position;
        int first = Peek();
        // This throws if there is no value: broken JSON is reported as such.
        SkipValue();
        string got = first switch
        {
            '{' => "an object",
            '[' => "an array",
            _ => Quoted(document[start..position]),
        };
        Note(start, "must be " + expected + ", got " + got);
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

    // Not one fault among others: the contents are not read.
    private readonly OciDocumentException TooDeep() =>
        new([new DocumentFault(new DocumentPlace(document).PathAt(position), "objects and arrays nest deeper than 64 levels")]);

    private readonly DocumentFault[] PlacedFaults()
    {
        DocumentFault[] placed = Placed(faults!);
        if (faultCount > placed.Length)
            placed[^1] = placed[^1] with { Problem = placed[^1].Problem + "; and " + (faultCount - placed.Length).ToString() + " more values are wrong" };
        return placed;
    }

    private readonly DocumentFault[] Placed(List<Fault> found)
    {
        var place = new DocumentPlace(document);
        var placed = new DocumentFault[found.Count];
        for (int at = 0; at < placed.Length; at++)
            placed[at] = new DocumentFault(place.PathAt(found[at].Offset), found[at].Problem);
        return placed;
    }
}
