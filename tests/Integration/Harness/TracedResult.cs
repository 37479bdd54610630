// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The result of a traced command.</summary>
/// <param name="Reached">The call for the fault was made.</param>
/// <param name="Hung">It had to be killed after a timeout.</param>
public sealed record TracedResult(Result Result, IReadOnlyList<TracedCall> Calls, bool Reached, bool Hung);
