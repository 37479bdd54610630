// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Containers;

/// <summary>The one request of a command to a container's keeper; <c>Runcs.Keeper</c> has those of its own commands.</summary>
internal static class KeeperCall
{
    /// <summary>The request as it is on the socket: its type, and the length of what follows.</summary>
    internal static byte[] EndOfRestarts => [(byte)'S', 0, 0, 0, 0];

    /// <summary>The keeper does not start the container again.</summary>
    /// <returns>The container has ended already, and would have been started again: it stays as it is.</returns>
    internal static bool EndRestarts(string root, string id)
    {
        const int Patience = 5000;
        if (UnixSockets.TryConnect(StateDirectory.KeeperSocket(root, id), out Fd? socket).IsError) return false;
        using (socket)
        {
            if (Files.TryWrite(socket!.Value, EndOfRestarts, out _).IsError) return false;
            Descriptors.PollFd answer = new() { Fd = socket.Value, Events = PollEvents.POLLIN };
            if (Descriptors.TryPoll(new(ref answer), Patience, out int ready).IsError || ready == 0) return false;
            System.Span<byte> head = stackalloc byte[EndOfRestarts.Length + 1];
            return !Files.TryRead(socket.Value, head, out int count).IsError && count == head.Length && head[^1] != 0;
        }
    }
}
