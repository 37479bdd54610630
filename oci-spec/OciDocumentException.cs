// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.OciSpec;

/// <summary>
/// A document that is not what the runtime specification describes: broken JSON, or a value of the wrong type.
/// The only exception that reading a document throws.
/// </summary>
public sealed class OciDocumentException : Exception
{
    /// <summary>A value that is wrong in a document whose JSON is sound.</summary>
    /// <param name="path">The place, as in <c>mounts[2].options[0]</c>; empty at the top.</param>
    /// <param name="problem">What is wrong, in words that follow a colon.</param>
    public OciDocumentException(string path, string problem)
        : base(path.Length == 0 ? problem : path + ": " + problem)
    {
        Path = path;
        Problem = problem;
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

    /// <summary>The place in the document; empty at the top and for broken JSON.</summary>
    public string Path { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The line of broken JSON, from 1; null where the JSON is sound.</summary>
    public int? Line { get; }

    /// <summary>The column of broken JSON in characters, from 1; null where the JSON is sound.</summary>
    public int? Column { get; }
}
