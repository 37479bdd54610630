// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>One checked entry of the profile: the action for its calls.</summary>
/// <param name="Return">The filter's return value (SECCOMP_RET_*).</param>
/// <param name="Conditions">In the order of their arguments.</param>
/// <param name="Alternatives">One condition suffices; otherwise all must hold.</param>
internal sealed record FilterRule(int Entry, uint Return, Condition[] Conditions, bool Alternatives);
