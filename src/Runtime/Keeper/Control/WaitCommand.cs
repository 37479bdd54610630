// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Keeper.Control;

/// <summary><c>wait</c>: waits until a container has ended for good.</summary>
internal static class WaitCommand
{
    /// <returns>Its exit code.</returns>
    /// <exception cref="RuncsException"/>
    public static int Run(string root, string id)
    {
        if (KeptContainer.Load(root, id) is { HasEnded: true } over) return over.ExitCode;
        using ControlClient? keeper = ControlClient.TryConnect(root, id);
        if (keeper != null)
        {
            keeper.Send(MessageType.Wait, []);
            while (!keeper.TryReceiveOutcome()) Descriptors.WaitReadable(keeper.Descriptor, "keeper");
        }
        // It may have ended between the two: its record is written before.
        return keeper?.Outcome ?? KeptContainer.ExitCode(root, id) ?? throw KeptContainer.Lost(root, id);
    }
}
