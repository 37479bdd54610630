// SPDX-License-Identifier: Apache-2.0
using Runcs.Keeper.Control;
using Runcs.Native;

namespace Runcs.Keeper.Attach;

/// <summary><c>attach</c>: connects the caller's streams to a container's.</summary>
internal static class AttachCommand
{
    /// <param name="keys">Those that end it.</param>
    /// <param name="givesInput">The caller's input goes to the program, if it takes any.</param>
    /// <param name="forwardsSignals">Signals to this process go to the program, unless it has a terminal.</param>
    /// <returns>The exit code of the container; 0 if the user has detached.</returns>
    /// <exception cref="RuncsException"/>
    public static int Run(string root, string id, DetachKeys keys, bool givesInput, bool forwardsSignals)
    {
        if (KeptContainer.Load(root, id) is { HasEnded: true } over) throw Over(id, over.ExitCode);
        using ControlClient? keeper = ControlClient.TryConnect(root, id);
        if (keeper == null) throw KeptContainer.ExitCode(root, id) is { } code ? Over(id, code) : KeptContainer.Lost(root, id);
        using var session = new AttachSession(keeper, keys, givesInput, forwardsSignals ? signal => Forward(root, id, signal) : null);
        return session.Run() ?? KeptContainer.ExitCode(root, id) ?? throw KeptContainer.Lost(root, id);
    }

    private static void Forward(string root, string id, int signal) => Containers.Commands.KillCommand.Run(root, id, signal.ToString(), goneIsFine: true);

    private static RuncsException Over(string id, int code) => new($"container {id} has ended with exit code {code}: runcs logs prints its output");
}
