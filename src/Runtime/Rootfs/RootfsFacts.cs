// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Rootfs;

/// <summary>The plan's inputs from the host and the command line.</summary>
/// <param name="HasKcore">The host's kernel has /proc/kcore, so /dev/core is linked to it.</param>
/// <param name="NoPivot">The root is moved instead of pivoted to (<c>--no-pivot</c>), for an initramfs.</param>
/// <param name="JoinsHostNetwork">The network namespace joined by path is the runtime's own.</param>
public sealed record RootfsFacts(bool HasKcore = true, bool NoPivot = false, bool JoinsHostNetwork = false)
{
    /// <summary>The container is in a user namespace: its own, or the one that runcs itself is in.</summary>
    public bool InUserNamespace { get; init; }

    /// <summary>Reads them from the host; <paramref name="networkPath"/> is that of the network namespace to join, or "".</summary>
    public static RootfsFacts Read(bool noPivot, string networkPath) => new(
        HasKcore: !Files.TryAccessAt(Files.AT_FDCWD, "/proc/kcore", 0).IsError,
        NoPivot: noPivot,
        JoinsHostNetwork: networkPath.Length > 0
            && !FileStatus.TryAt(Files.AT_FDCWD, networkPath, 0, out FileStatus joined).IsError
            && !FileStatus.TryAt(Files.AT_FDCWD, "/proc/self/ns/net", 0, out FileStatus own).IsError
            && joined.IsSameFileAs(own));
}
