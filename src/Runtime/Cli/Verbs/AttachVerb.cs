// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Keeper.Attach;

namespace Runcs.Cli.Verbs;

internal static class AttachVerb
{
    public static Verb Define() => new("attach", "connect to the streams of a supervised container", Run)
    {
        Description = """
            Needs a container of "runcs run --supervise". Prints its output until it ends, and exits with its exit code.
            With --interactive at its start, standard input is the program's. From a terminal, ctrl-p ctrl-q leaves it running.
            """,
        FailureCode = 255,
        Flags =
        [
            new(FlagKind.Text, "detach-keys", "keys that leave the container running; empty for none") { Default = DetachKeys.Default },
            new(FlagKind.Switch, "no-stdin", "leave the program's input alone"),
            new(FlagKind.Switch, "sig-proxy", "pass signals on to a program without a terminal") { Default = "true" },
        ],
    };

    private static int Run(Invocation call) => AttachCommand.Run(call.Root, call.Id,
        DetachKeys.Parse(call.Get("detach-keys") ?? DetachKeys.Default), !call.Has("no-stdin"), call.Get("sig-proxy") != "false");
}
