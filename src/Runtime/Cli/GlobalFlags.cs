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
        new(FlagKind.Text, "root", "directory for container state, preferably on a tmpfs") { Default = DefaultRoot.OfRoot },
        new(FlagKind.Switch, "systemd-cgroup", "let systemd create the cgroups; cgroupsPath is then slice:prefix:name"),
        new(FlagKind.Text, "rootless", "ignore cgroups that are not permitted: true, false or auto") { Default = "auto" },
        new(FlagKind.Switch, "version", "print the version", 'v'),
    ];
}
