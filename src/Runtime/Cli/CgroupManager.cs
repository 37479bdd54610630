// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>
/// Who makes the cgroups: crun's <c>--cgroup-manager</c>, and runc's <c>--systemd-cgroup</c> for one of its values. The last of
/// the two flags decides, as with crun.
/// </summary>
internal static class CgroupManager
{
    public const string Flag = "cgroup-manager", SystemdFlag = "systemd-cgroup";

    private const string Systemd = "systemd", Cgroupfs = "cgroupfs", Disabled = "disabled";

    /// <summary>systemd makes them.</summary>
    public static bool IsSystemd(Arguments global) => Find(global) == Systemd;

    /// <summary>Nobody: the container has none.</summary>
    public static bool IsDisabled(Arguments global) => Find(global) == Disabled;

    /// <exception cref="RuncsException">There is no such manager.</exception>
    public static void Check(Arguments global)
    {
        if (global.Get(Flag) is not (null or Systemd or Cgroupfs or Disabled))
            throw RuncsException.At($"--{Flag}", $"must be {Cgroupfs}, {Systemd} or {Disabled}, got \"{global.Get(Flag)}\"");
    }

    private static string? Find(Arguments global) => global.Last(Flag, SystemdFlag) is not { } last ? null
        : last.Name == Flag ? last.Value
        : last.Value == "true" ? Systemd : null;
}
