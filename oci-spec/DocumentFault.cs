// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec;

/// <summary>A wrong value in a document that is valid JSON.</summary>
/// <param name="Path">Its JSON path, such as <c>mounts[2].options[0]</c>; empty at the top.</param>
/// <param name="Problem">The problem, as text that follows a colon.</param>
public sealed record DocumentFault(string Path, string Problem)
{
    /// <summary><c>path: problem</c>.</summary>
    public override string ToString() => Path.Length == 0 ? Problem : Path + ": " + Problem;
}
