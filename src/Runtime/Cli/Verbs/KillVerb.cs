// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class KillVerb
{
    public static Verb Define() => new("kill", "send a signal to the container's init", Run)
    {
        Usage = "<container-id> [signal]",
        Description = "The signal is a number or a name, with or without SIG, in upper or lower case. The default is SIGTERM.",
        Flags =
        [
            new(FlagKind.Switch, "all", "a container that is not running is not an error", 'a') { Hidden = true },
            MatchingContainers.Flag,
        ],
        MostArguments = 2,
        FlagsComeFirst = true,
    };

    private static int Run(Invocation call)
    {
        string signal = call.Arguments.Positional.Count > 1 ? call.Arguments.Positional[1] : "SIGTERM";
        bool all = call.Has("all");
        if (call.Has(MatchingContainers.FlagName)) MatchingContainers.ForEach(call, id => KillCommand.Run(call.Root, id, signal, all));
        else KillCommand.Run(call.Root, call.Id, signal, all);
        return 0;
    }
}
