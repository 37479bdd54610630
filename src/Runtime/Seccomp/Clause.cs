// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>A rule with conditions on arguments, for one call of one architecture.</summary>
/// <param name="Next">The index of the call's next clause; -1 for none.</param>
internal readonly record struct Clause(int Entry, uint Return, Condition[] Conditions, int Next);
