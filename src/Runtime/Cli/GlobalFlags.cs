// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Cli;

/// <summary>The flags before the verb.</summary>
internal static class GlobalFlags
{
    public static Flag[] Define() =>
    [
        new(FlagKind.Switch, "debug", "log each step"),
        new(FlagKind.Text, "log", "append the log to this file instead of standard error"),
        new(FlagKind.Text, "log-format", "log format: text or json") { Default = "text" },
        new(FlagKind.Text, "log-level", "what to log: error, warning (and errors), or debug (each step)") { Default = "warning" },
        new(FlagKind.Text, RootFlag.Name, "directory for container state, preferably on a tmpfs") { Default = DefaultRoot.Described },
        new(FlagKind.Switch, CgroupManager.SystemdFlag, "let systemd create the cgroups; cgroupsPath is then slice:prefix:name"),
        new(FlagKind.Text, CgroupManager.Flag, "who creates the cgroups: cgroupfs for runcs, systemd, or disabled for a container without cgroups") { Default = "cgroupfs" },
        new(FlagKind.Text, "rootless", "ignore cgroups that are not permitted: true, false or auto") { Default = "auto" },
        new(FlagKind.Switch, "version", "print the version", 'v'),
        new(FlagKind.Switch, "V", "print the version, as with crun") { Hidden = true },
    ];
}
