// SPDX-License-Identifier: Apache-2.0
using Runcs.Init.Helpers;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Containers.Commands;

/// <summary><c>create</c>: from a bundle to a container that waits for <c>start</c>.</summary>
public static class CreateCommand
{
    /// <summary>Returns when the container waits for <c>start</c>.</summary>
    /// <param name="interrupts">Once it is readable, the changes are rolled back; null for none.</param>
    /// <exception cref="RuncsException"/>
    public static void Run(CreateOptions options, Fd? interrupts = null)
    {
        Bundle bundle = Bundle.Read(options);
        using NewNetwork? network = NewNetwork.Begin(bundle.Config);
        ContainerPlan plan = bundle.Plan(options);
        Consoles.Check(plan.Process.Terminal, detached: true, options.ConsoleSocket);
        using var container = new NewContainer(options, plan, interrupts);
        container.Begin();
        container.OpenFifos();
        using ConsoleSocket? console = options.ConsoleSocket == null ? null : ConsoleSocket.Connect(options.ConsoleSocket);
        container.Make(network, console);
        // The lock still blocks a start. The pid file comes last, because it is not rolled back.
        container.Offer();
        if (options.PidFile != null) PidFile.Write(options.PidFile, container.Pid);
        container.Keep();
    }
}
