// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Hooks;

/// <summary>Runs hooks; a placeholder until the runner is here.</summary>
public static class HookRunner
{
    /// <summary>Runs all hooks of one kind, in their order.</summary>
    /// <exception cref="RuncsException"/>
    public static void RunAll(string kind, Hook[] hooks, State state)
    {
        if (hooks.Length > 0) throw RuncsException.At($"hooks.{kind}", $"not supported yet (container {state.Id})");
    }
}
