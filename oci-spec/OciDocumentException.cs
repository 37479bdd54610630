// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.OciSpec;

/// <summary>
/// A document that is not what the runtime specification describes: broken JSON, or values of the wrong type.
/// The only exception that reading a document throws.
/// </summary>
public sealed class OciDocumentException : Exception
{
    /// <summary>Values that are wrong in a document whose JSON is sound.</summary>
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
    /// <param name="problem">What is wrong there.</param>
    public OciDocumentException(int line, int column, string problem)
        : base("line " + line.ToString() + ", column " + column.ToString() + ": " + problem)
    {
        Path = "";
        Problem = problem;
        Line = line;
        Column = column;
    }

    /// <summary>All values that are wrong, in the document's order; none for broken JSON.</summary>
    public DocumentFault[] Faults { get; } = [];

    /// <summary>The place of the first fault in the document; empty at the top and for broken JSON.</summary>
    public string Path { get; }

    /// <summary>What is wrong there, without the place.</summary>
    public string Problem { get; }

    /// <summary>The line of broken JSON, from 1; null where the JSON is sound.</summary>
    public int? Line { get; }

    /// <summary>The column of broken JSON in characters, from 1; null where the JSON is sound.</summary>
    public int? Column { get; }
}
