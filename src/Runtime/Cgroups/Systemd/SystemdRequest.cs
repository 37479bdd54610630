// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups.Systemd;

/// <summary>That the cgroups are to be made by systemd (<c>--systemd-cgroup</c>), and what for that is asked of the host.</summary>
/// <param name="IsRunning">systemd is this host's first process.</param>
/// <param name="Annotations">The config's: <c>org.systemd.property.NAME</c> is a property of the unit.</param>
public sealed record SystemdRequest(bool IsRunning, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>As sd_booted(3) finds it out.</summary>
    public static bool IsBooted() =>
        !FileStatus.TryAt(Files.AT_FDCWD, "/run/systemd/system", AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status).IsError && status.IsDirectory;
}
