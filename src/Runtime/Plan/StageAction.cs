// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Plan;

/// <summary>One step of the exec stage.</summary>
/// <param name="Path">The field of the config that causes it; "" for none.</param>
/// <param name="Limit">Of <see cref="StageOperation.Limit"/>.</param>
/// <param name="Hook">For a hook: the index in <c>hooks.startContainer</c>.</param>
/// <param name="Namespaces">Of <see cref="StageOperation.EnterNamespaces"/>.</param>
/// <param name="Kept">For steps that set capabilities: those kept for later steps.</param>
public readonly record struct StageAction(StageOperation Operation, string Path = "", RlimitPlan? Limit = null, int Hook = 0, CloneFlags Namespaces = 0, ulong Kept = 0);
