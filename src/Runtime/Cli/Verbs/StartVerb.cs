// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class StartVerb
{
    public static Verb Define() => new("start", "start the program of a created container", Run);

    private static int Run(Invocation call)
    {
        StartCommand.Run(call.Root, call.Id, CreationFlags.NotifySocket());
        return 0;
    }
}
