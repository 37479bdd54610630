// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

internal static class EventsVerb
{
    public static Verb Define() => new("events", "print stats and OOM events of a container as JSON", Run)
    {
        Description = "Prints one line per event until the container stops.",
        Flags =
        [
            new(FlagKind.Duration, "interval", "time between two stats events, such as 500ms or 1m30s") { Default = "5s" },
            new(FlagKind.Switch, "stats", "print the stats once and exit"),
        ],
    };

    private static int Run(Invocation call)
    {
        const int StandardOutput = 1;
        const long NanosecondsPerMillisecond = 1_000_000;
        Duration.TryParse(call.Get("interval") ?? "5s", out long interval);
        if (interval <= 0) throw new RuncsException("duration interval must be greater than 0");
        if (call.Has("stats")) EventsCommand.PrintStats(call.Root, call.Id, StandardOutput);
        else EventsCommand.Follow(call.Root, call.Id, (interval + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond, StandardOutput);
        return 0;
    }
}
