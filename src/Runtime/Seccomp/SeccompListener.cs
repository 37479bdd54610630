// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Seccomp;

/// <summary>The agent that decides on calls for a filter with SCMP_ACT_NOTIFY (seccomp_unotify(2)).</summary>
/// <param name="Path">Its socket, absolute.</param>
/// <param name="Metadata">Sent to it with the container's state.</param>
public sealed record SeccompListener(string Path, string Metadata)
{
    /// <summary>The name of the descriptor in the message (config-linux.md, "Seccomp").</summary>
    public const string DescriptorName = "seccompFd";

    private const string JsonPath = "linux.seccomp.listenerPath";

    /// <summary>One connection per message, closed after it, as the specification requires.</summary>
    /// <param name="state">The container process state as JSON.</param>
    /// <exception cref="RuncsException"/>
    public void Send(Fd descriptor, ReadOnlySpan<byte> state)
    {
        Errno errno = UnixSockets.TryConnect(Path, out Fd? socket);
        errno.OrThrow(JsonPath, "connect", Path);
        using (socket)
        {
            errno = UnixSockets.TrySendFd(socket!.Value, descriptor.Value, state);
            errno.OrThrow(JsonPath, "sendmsg", Path);
        }
    }
}
