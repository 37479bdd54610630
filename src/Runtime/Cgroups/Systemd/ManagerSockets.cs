// SPDX-License-Identifier: Apache-2.0
// systemctl(1), "--user"; docs/decisions/0032
using Runcs.Native;

namespace Runcs.Cgroups.Systemd;

/// <summary>The sockets of the service manager that makes the caller's units.</summary>
/// <param name="Private">The manager's own, which needs no message broker; empty if unknown.</param>
/// <param name="Broker">The message broker's, where the first is missing; empty if unknown.</param>
/// <param name="IsUsers">The manager is that of a user (<c>systemctl --user</c>), not the host's.</param>
internal sealed record ManagerSockets(string Private, string Broker, bool IsUsers)
{
    private const string BusVariable = "DBUS_SESSION_BUS_ADDRESS", Booted = "/run/systemd/system";

    private static readonly ManagerSockets _ofHost = new("/run/systemd/private", "/run/dbus/system_bus_socket", false);

    /// <summary>Why neither socket may be there; empty if unknown.</summary>
    public string Remedy { get; private init; } = "";

    public static ManagerSockets OfCaller()
    {
        if (!ServesUser()) return _ofHost;
        string? directory = RuntimeDirectory.OfEnvironment() ?? (RuntimeDirectory.HasOfLogin() ? RuntimeDirectory.OfLogin() : null);
        return OfUser(directory, ProcessEnvironment.Variable(BusVariable), Processes.EffectiveUid());
    }

    /// <param name="directory">The user's runtime directory; null for none.</param>
    /// <param name="busAddress">$DBUS_SESSION_BUS_ADDRESS.</param>
    /// <param name="uid">For the remedy; 0 if its number outside a user namespace is unknown.</param>
    internal static ManagerSockets OfUser(string? directory, string? busAddress, uint uid)
    {
        string broker = busAddress is { Length: > 0 } ? BusAddress.Parse(busAddress, directory ?? "") : "";
        if (broker.Length == 0 && directory != null) broker = directory + "/bus";
        string session = "log in as this user (a login, ssh, machinectl shell), or have root run loginctl enable-linger";
        return new(directory == null ? "" : directory + "/systemd/private", broker, true)
        {
            Remedy = directory == null ? $"{RuntimeDirectory.Variable} is not set, and there is no /run/user/{(uid == 0 ? "UID" : uid.ToString())}: {session}" : session,
        };
    }

    // Root of a user namespace is root of the host's manager only if that is its own: elsewhere the manager's files belong to
    // an id that is not mapped.
    private static bool ServesUser() =>
        Processes.EffectiveUid() != 0 || (!FileStatus.TryAt(Files.AT_FDCWD, Booted, AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status).IsError && status.Uid != 0);
}
