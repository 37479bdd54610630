// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers;
using Runcs.Containers.Storage;
using Runcs.Keeper;
using Runcs.Keeper.Logs;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

/// <summary>The flags of <c>run</c> for a container with a keeper.</summary>
internal static class SupervisionFlags
{
    public const string Supervise = "supervise";

    private static readonly string[] _dependent = ["interactive", "log-driver", "log-opt", "restart"];

    public static Flag[] Define() =>
    [
        new(FlagKind.Switch, Supervise, "as --detach, with a process that keeps the program's output and exit code: see attach, logs and wait"),
        new(FlagKind.Switch, "interactive", "with --supervise: keep the program's input open for attach", 'i'),
        new(FlagKind.Text, "log-driver", "with --supervise: format of the log: k8s-file, plain or none") { Default = "k8s-file" },
        new(FlagKind.List, "log-opt", "with --supervise: path=FILE, max-size=SIZE such as 10m, or max-file=NUMBER; may be repeated"),
        new(FlagKind.Text, "restart", "with --supervise: when to start an ended program again: no, on-failure, on-failure:N or always") { Default = KeeperRecord.NoRestart },
    ];

    /// <returns>Null without --supervise.</returns>
    /// <exception cref="RuncsException"/>
    public static KeeperOptions? Read(Invocation call, CreateOptions container)
    {
        if (!call.Has(Supervise))
        {
            foreach (string name in _dependent)
                if (call.Get(name) != null) throw RuncsException.At("--" + name, "needs --supervise");
            return null;
        }
        if (container.ConsoleSocket != null) throw RuncsException.At("--console-socket", "is not for --supervise, which keeps the terminal for attach");
        LogOptions log = LogOptions.Parse(call.Get("log-driver"), call.Arguments.All("log-opt"), $"{container.Root}/{container.Id}/log", AbsolutePath.Of,
            static text => ByteSize.TryParse(text, out long bytes) ? bytes : null);
        RestartPolicy restart = RestartPolicy.Parse(call.Get("restart") ?? KeeperRecord.NoRestart);
        return new KeeperOptions(container with { Keeper = restart.Text }, log, restart) { IsInteractive = call.Has("interactive") };
    }
}
