// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class PauseVerb
{
    public static Verb Define() => new("pause", "freeze the processes of a container", Run)
    {
        Description = "The container must be created or running. Its processes stop where they are, until resume.",
    };

    private static int Run(Invocation call)
    {
        PauseCommand.Run(call.Root, call.Id);
        return 0;
    }
}
