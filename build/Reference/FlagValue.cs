// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli;
using Runcs.Cli.Parsing;
using Runcs.Credentials;

namespace Runcs.Reference;

/// <summary>The values that a flag takes. The table of commands does not have them: the product does not need them.</summary>
internal sealed record FlagValue(ValueKind Kind, params string[] Words)
{
    public static FlagValue Of(string verb, Flag flag) => flag.Kind == FlagKind.Switch ? new(ValueKind.None) : flag.Name switch
    {
        "root" or "bundle" or "image-path" or "work-path" or "parent-path" => new(ValueKind.Directory),
        "log" or "pid-file" or "console-socket" or "pidfd-socket" or "process" or "resources" or "config" or "file" => new(ValueKind.File),
        "log-driver" => new(ValueKind.Word, "k8s-file", "plain", "none"),
        "restart" => new(ValueKind.Word, "no", "on-failure", "always"),
        "tail" => new(ValueKind.Word, "all"),
        "log-format" => new(ValueKind.Word, "text", "json"),
        "log-level" => new(ValueKind.Word, "error", "warning", "debug"),
        "cgroup-manager" => new(ValueKind.Word, "cgroupfs", "systemd", "disabled"),
        "network-lock" => new(ValueKind.Word, "iptables", "nftables", "skip"),
        "format" => new(ValueKind.Word, verb == "check" ? "text" : "table", "json"),
        "rootless" => new(ValueKind.Word, "true", "false", "auto"),
        "manage-cgroups-mode" => new(ValueKind.Word, "soft", "full", "strict", "ignore"),
        "empty-ns" => new(ValueKind.Word, "network"),
        "cpu-idle" => new(ValueKind.Word, "0", "1"),
        "cap" => new(ValueKind.Word, CapabilitySet.Names),
        _ => new(ValueKind.Text),
    };

    /// <summary>The verb's first argument is an existing container.</summary>
    public static bool TakesId(Verb verb) => verb.LeastArguments > 0 && verb.Name is not ("create" or "run" or "restore");

    /// <summary>The signals most often sent by <c>kill</c>.</summary>
    public static string[] Signals => ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP"];
}
