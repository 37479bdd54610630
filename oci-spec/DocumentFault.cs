// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec;

/// <summary>A value that is wrong in a document whose JSON is sound.</summary>
/// <param name="Path">The place, as in <c>mounts[2].options[0]</c>; empty at the top.</param>
/// <param name="Problem">What is wrong, in words that follow a colon.</param>
public sealed record DocumentFault(string Path, string Problem)
{
    /// <summary><c>path: problem</c>.</summary>
    public override string ToString() => Path.Length == 0 ? Problem : Path + ": " + Problem;
}
