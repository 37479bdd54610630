// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.OciSpec;

/// <summary>
/// A document that does not follow the runtime specification: broken JSON, or values of the wrong type. Reading a
/// document throws no other exception.
/// </summary>
public sealed class OciDocumentException : Exception
{
    /// <summary>Wrong values in a document that is valid JSON.</summary>
    /// <param name="faults">At least one.</param>
    public OciDocumentException(DocumentFault[] faults)
        : base(string.Join("; ", (object[])faults))
    {
        Faults = faults;
        Path = faults[0].Path;
        Problem = faults[0].Problem;
    }

    /// <summary>Broken JSON.</summary>
    /// <param name="line">Counted from 1.</param>
    /// <param name="column">Counted from 1, in characters.</param>
    /// <param name="problem">The problem at this place.</param>
    public OciDocumentException(int line, int column, string problem)
        : base("line " + line.ToString() + ", column " + column.ToString() + ": " + problem)
    {
        Path = "";
        Problem = problem;
        Line = line;
        Column = column;
    }

    /// <summary>All wrong values, in document order; empty for broken JSON.</summary>
    public DocumentFault[] Faults { get; } = [];

    /// <summary>The JSON path of the first fault; empty at the top and for broken JSON.</summary>
    public string Path { get; }

    /// <summary>The problem, without the path.</summary>
    public string Problem { get; }

    /// <summary>The line of broken JSON, from 1; null if the JSON is valid.</summary>
    public int? Line { get; }

    /// <summary>The column of broken JSON in characters, from 1; null if the JSON is valid.</summary>
    public int? Column { get; }
}
