// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class ResumeVerb
{
    public static Verb Define() => new("resume", "resume the processes of a paused container", Run);

    private static int Run(Invocation call)
    {
        ResumeCommand.Run(call.Root, call.Id);
        return 0;
    }
}
