// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>One system call of a traced command.</summary>
/// <param name="Process">0 is the command, 1 the first process it made, and so on.</param>
/// <param name="Name">The kernel's name.</param>
/// <param name="Ordinal">The index of this call among those of its name in its process, from 1.</param>
/// <param name="Arguments">The six registers.</param>
/// <param name="Text">The path or name among the arguments, if there is one.</param>
public sealed record TracedCall(int Process, string Name, int Ordinal, ulong[] Arguments, string Text)
{
    public override string ToString() => $"{Name} #{Ordinal} of process {Process}{(Text.Length > 0 ? $" ({Text})" : "")}";
}
