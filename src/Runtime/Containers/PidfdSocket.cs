// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Containers;

/// <summary><c>--pidfd-socket</c>: sends a pidfd of the process to the caller.</summary>
internal static class PidfdSocket
{
    /// <summary>Connects and sends it, with runc's text.</summary>
    /// <param name="added">It is a further process of the container, not its first.</param>
    /// <exception cref="RuncsException"/>
    internal static void Send(string path, Fd pidfd, bool added = false)
    {
        const string JsonPath = "--pidfd-socket";
        Errno errno = UnixSockets.TryConnect(path, out Fd? socket);
        errno.OrThrow(JsonPath, "connect", path);
        using (socket)
        {
            errno = UnixSockets.TrySendFd(socket!.Value, pidfd.Value, added ? "setns"u8 : "standard"u8);
            errno.OrThrow(JsonPath, "sendmsg", path);
        }
    }
}
