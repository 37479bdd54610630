// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class DeleteVerb
{
    public static Verb Define() => new("delete", "delete a container", Run)
    {
        Description = "The container must be created or stopped.",
        Flags =
        [
            new(FlagKind.Switch, "force", "kill a running container first; ignore a container that does not exist", 'f'),
            MatchingContainers.Flag,
        ],
    };

    private static int Run(Invocation call)
    {
        bool force = call.Has("force");
        if (call.Has(MatchingContainers.FlagName)) MatchingContainers.ForEach(call, id => DeleteCommand.Run(call.Root, id, force));
        else DeleteCommand.Run(call.Root, call.Id, force);
        return 0;
    }
}
