// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Runcs.Cli.Parsing;
using Runcs.Keeper.Logs;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

internal static class LogsVerb
{
    private const string All = "all";

    public static Verb Define() => new("logs", "print the output of a supervised container", Run)
    {
        Description = "Needs a container of \"runcs run --supervise\". What the program wrote to standard error is printed there.",
        Flags =
        [
            new(FlagKind.Switch, "follow", "wait for more output until the container ends", 'f'),
            new(FlagKind.Text, "tail", "number of lines from the end", 'n') { Default = All },
            new(FlagKind.Text, "since", "time such as 2026-11-30T12:00:00Z, seconds since 1970, or how long ago, such as 10m"),
            new(FlagKind.Switch, "timestamps", "begin each line with its time", 't'),
        ],
    };

    private static int Run(Invocation call)
    {
        (long, int)? since = call.Get("since") is { } text ? PointInTime.Parse(text, Clock.Now()) ?? throw RuncsException.At("--since", $"must be a time such as 2026-11-30T12:00:00Z, seconds since 1970, or a duration such as 10m, got \"{text}\"") : null;
        LogsCommand.Run(call.Root, call.Id, since, Tail(call.Get("tail") ?? All), call.Has("timestamps"), call.Has("follow"));
        return 0;
    }

    // As with Docker, a negative number is all.
    private static long Tail(string text) => text == All ? -1
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long lines) ? lines < 0 ? -1 : lines
        : throw RuncsException.At("--tail", $"must be a number of lines or all, got \"{text}\"");
}
