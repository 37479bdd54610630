// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Seccomp;

/// <summary>The agent that decides on calls for a filter with SCMP_ACT_NOTIFY (seccomp_unotify(2)).</summary>
/// <param name="Path">Its socket, absolute.</param>
/// <param name="Metadata">Sent to it with the container's state.</param>
public sealed record SeccompListener(string Path, string Metadata)
{
    // The name of the descriptor in the message (config-linux.md, "The Container Process State").
    private const string DescriptorName = "seccompFd";
    private const string JsonPath = "linux.seccomp.listenerPath";

    /// <summary>One connection per message, closed after it, as the specification requires.</summary>
    /// <param name="pid">The pid of the filtered process on the host.</param>
    /// <exception cref="RuncsException"/>
    public void Send(Fd descriptor, State state, int pid)
    {
        var message = new ContainerProcessState { OciVersion = state.OciVersion, Fds = [DescriptorName], Pid = pid, Metadata = Metadata, State = state };
        Errno errno = UnixSockets.TryConnect(Path, out Fd? socket);
        errno.OrThrow(JsonPath, "connect", Path);
        using (socket)
        {
            errno = UnixSockets.TrySendFd(socket!.Value, descriptor.Value, message.WriteCompact());
            errno.OrThrow(JsonPath, "sendmsg", Path);
        }
    }
}
