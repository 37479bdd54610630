// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>
/// Additions to the config for the container of a service of Type=notify: the socket of sd_notify(3), as with runc.
/// </summary>
public static class NotifyPlanner
{
    /// <summary>The socket's name in its directory.</summary>
    public const string SocketName = "notify.sock";

    private const string Destination = "/run/notify";

    /// <summary>The variable that contains the socket's path for the program.</summary>
    internal const string Variable = "NOTIFY_SOCKET=" + Destination + "/" + SocketName;

    /// <param name="directory">The socket's directory on the host.</param>
    internal static Mount PlanMount(string directory) =>
        new() { Destination = Destination, Type = "bind", Source = directory, Options = ["bind", "nosuid", "noexec", "nodev", "ro"] };
}
