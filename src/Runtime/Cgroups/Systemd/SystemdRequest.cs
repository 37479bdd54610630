// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups.Systemd;

/// <summary>The request to let systemd make the cgroups (<c>--systemd-cgroup</c>), and the facts of the host for it.</summary>
/// <param name="IsRunning">systemd is this host's first process.</param>
/// <param name="Annotations">The config's: <c>org.systemd.property.NAME</c> is a property of the unit.</param>
public sealed record SystemdRequest(bool IsRunning, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>The cgroup of the caller's own manager, which makes the unit; empty for the host's.</summary>
    public string UserManager { get; init; } = "";

    /// <summary>Why the caller's own manager cannot make it; empty if it can.</summary>
    public string Problem { get; init; } = "";

    public static SystemdRequest Read(IReadOnlyDictionary<string, string> annotations)
    {
        var request = new SystemdRequest(IsBooted(), annotations);
        if (!request.IsRunning || !ManagerSockets.OfCaller().IsUsers) return request;
        try
        {
            using SystemBus bus = SystemBus.Connect();
            string cgroup = bus.Property("ControlGroup");
            // It becomes part of a path.
            return cgroup.Length > 1 && CgroupPaths.Clean(cgroup) == cgroup ? request with { UserManager = cgroup }
                : request with { Problem = $"the user's systemd names no cgroup of its own: \"{cgroup}\"" };
        }
        catch (RuncsException e)
        {
            return request with { Problem = e.Message };
        }
        catch (SystemdException e)
        {
            return request with { Problem = $"unable to ask the user's systemd for its cgroup: {e.Message}" };
        }
    }

    /// <summary>As sd_booted(3) determines it.</summary>
    internal static bool IsBooted() =>
        !FileStatus.TryAt(Files.AT_FDCWD, "/run/systemd/system", AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status).IsError && status.IsDirectory;
}
