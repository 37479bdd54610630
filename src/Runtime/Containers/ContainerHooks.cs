// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Storage;
using Runcs.Hooks;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers;

/// <summary>The hooks that run after creation, in the runtime's namespaces.</summary>
internal static class ContainerHooks
{
    /// <summary>The hooks of the config that the container was created from.</summary>
    /// <exception cref="RuncsException">Its copy in the state directory is damaged, or cannot be read.</exception>
    public static OciSpec.Hooks Read(StateDirectory directory)
    {
        try
        {
            return Config.Read(directory.ReadConfig()).Hooks ?? new OciSpec.Hooks();
        }
        catch (OciDocumentException e)
        {
            throw RuncsException.At($"{directory.Path}/config.json", e.Message);
        }
    }

    /// <exception cref="Diagnostics.RuncsException">A hook failed.</exception>
    /// <param name="interrupts">A signalfd whose signals kill the running hook; null for none.</param>
    public static void RunPoststart(Hook[] hooks, ContainerRecord record, Fd? interrupts = null) =>
        HookRunner.RunAll("poststart", hooks, record.State.With(ContainerStatus.Running, record.Init.Pid), interrupts);

    /// <summary>A failed hook causes a warning, and the others still run (runtime.md, lifecycle).</summary>
    public static void RunPoststop(Hook[] hooks, ContainerRecord record) =>
        HookRunner.RunAll("poststop", hooks, record.State.With(ContainerStatus.Stopped, 0));
}
