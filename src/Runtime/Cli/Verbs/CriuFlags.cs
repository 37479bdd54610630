// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Cli.Verbs;

/// <summary>The flags that <c>checkpoint</c> and <c>restore</c> have in common.</summary>
internal static class CriuFlags
{
    public static Flag[] Define() =>
    [
        new(FlagKind.Text, "image-path", "directory of the checkpoint images"),
        new(FlagKind.Text, "work-path", "directory for work files and logs"),
        new(FlagKind.Switch, "tcp-established", "include open TCP connections"),
        new(FlagKind.Switch, "ext-unix-sk", "include external unix sockets"),
        new(FlagKind.Switch, "shell-job", "include shell jobs"),
        new(FlagKind.Switch, "lazy-pages", "migrate memory on demand (userfaultfd)"),
        new(FlagKind.Switch, "file-locks", "include file locks"),
        new(FlagKind.Text, "manage-cgroups-mode", "soft, full, strict or ignore") { Default = "soft" },
        new(FlagKind.Text, "network-lock", "how network packets are held back meanwhile: iptables, nftables or skip"),
        new(FlagKind.List, "empty-ns", "namespace to create empty; may be repeated"),
        new(FlagKind.Switch, "auto-dedup", "deduplicate the checkpoint images"),
    ];
}
