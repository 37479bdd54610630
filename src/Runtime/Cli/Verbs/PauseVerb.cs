// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class PauseVerb
{
    public static Verb Define() => new("pause", "suspend the processes of a container", Run)
    {
        Description = "The container must be created or running. Its processes are frozen until they are resumed.",
    };

    private static int Run(Invocation call)
    {
        PauseCommand.Run(call.Root, call.Id);
        return 0;
    }
}
