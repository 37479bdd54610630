// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

internal static class EventsVerb
{
    public static Verb Define() => new("events", "print events and figures of a container as JSON (not supported yet)", _ => Verbs.NotYet("events"))
    {
        Usage = "<container-id>",
        Flags =
        [
            new(FlagKind.Text, "interval", "time between two figures") { Default = "5s" },
            new(FlagKind.Switch, "stats", "print the figures once"),
        ],
        LeastArguments = 1,
        MostArguments = 1,
    };
}
