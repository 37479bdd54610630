// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>One row of docs/drop-in.md, without its reason.</summary>
internal sealed record Difference(string Verb, string Place, string Theirs, string Ours)
{
    public override string ToString() => $"| {Verb} | {Place} | {Theirs} | {Ours} |";
}
