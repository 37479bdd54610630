// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>One entry of the profile, checked: what its calls get.</summary>
/// <param name="Return">The filter's return value (SECCOMP_RET_*).</param>
/// <param name="Conditions">In the order of their arguments.</param>
/// <param name="Alternatives">One condition suffices; else all must hold.</param>
internal sealed record FilterRule(int Entry, uint Return, Condition[] Conditions, bool Alternatives);
