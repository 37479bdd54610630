// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.Terminal;

namespace Runcs.Containers.Commands;

/// <summary><c>create</c>: from a bundle to a container that waits for <c>start</c>.</summary>
public static class CreateCommand
{
    /// <summary>Returns when the container waits for <c>start</c>.</summary>
    /// <param name="interrupts">Once it is readable, the changes are rolled back; null for none.</param>
    /// <returns>The pid of the container's first process.</returns>
    /// <exception cref="RuncsException"/>
    public static int Run(CreateOptions options, Fd? interrupts = null)
    {
        using NewContainer container = NewContainer.Plan(options, detached: true, interrupts);
        container.Environment.Begin();
        container.OpenFifos();
        using ConsoleSocket? console = options.Console ?? (options.ConsoleSocket == null ? null : ConsoleSocket.Connect(options.ConsoleSocket));
        container.Make(console);
        // The lock still blocks a start. The pid file comes last, because it is not rolled back.
        container.Environment.State.OfferStart();
        if (options.PidFile != null) PidFile.Write(options.PidFile, container.Pid);
        container.Environment.Keep();
        return container.Pid;
    }
}
