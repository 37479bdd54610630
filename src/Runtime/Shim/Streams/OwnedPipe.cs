// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Shim.Streams;

/// <summary>A pipe to a container, of which a user who is not root can open an end again (/dev/stdout).</summary>
internal static class OwnedPipe
{
    /// <param name="owner">The uid and gid; null for ours.</param>
    /// <exception cref="RuncsException"/>
    public static (Fd Read, Fd Write) Make((uint Uid, uint Gid)? owner)
    {
        (Fd read, Fd write) = Descriptors.Pipe();
        if (owner is { } ids) FileNodes.TryChown(read.Value, ids.Uid, ids.Gid);
        return (read, write);
    }
}
