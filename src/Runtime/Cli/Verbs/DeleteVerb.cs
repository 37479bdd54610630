// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class DeleteVerb
{
    public static Verb Define() => new("delete", "delete a container", Run)
    {
        Description = "The container must be created or stopped.",
        Flags = [new(FlagKind.Switch, "force", "kill a running container first; ignore a container that does not exist", 'f')],
    };

    private static int Run(Invocation call)
    {
        DeleteCommand.Run(call.Root, call.Id, call.Has("force"));
        return 0;
    }
}
