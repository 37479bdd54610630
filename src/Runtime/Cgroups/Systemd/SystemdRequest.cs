// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups.Systemd;

/// <summary>The request to let systemd make the cgroups (<c>--systemd-cgroup</c>), and the facts of the host for it.</summary>
/// <param name="IsRunning">systemd is this host's first process.</param>
/// <param name="Annotations">The config's: <c>org.systemd.property.NAME</c> is a property of the unit.</param>
public sealed record SystemdRequest(bool IsRunning, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>As sd_booted(3) determines it.</summary>
    public static bool IsBooted() =>
        !FileStatus.TryAt(Files.AT_FDCWD, "/run/systemd/system", AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status).IsError && status.IsDirectory;
}
