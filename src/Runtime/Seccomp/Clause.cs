// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>A rule that depends on arguments, as it is for one call of one architecture.</summary>
/// <param name="Next">The place of the call's next clause; -1 for none.</param>
internal readonly record struct Clause(int Entry, uint Return, Condition[] Conditions, int Next);
