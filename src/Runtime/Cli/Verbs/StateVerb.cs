// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Commands;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

internal static class StateVerb
{
    public static Verb Define() => new("state", "print the state of a container as JSON", Run);

    private static int Run(Invocation call)
    {
        Files.WriteAll(1, StateCommand.Run(call.Root, call.Id).WriteIndented(), "standard output");
        return 0;
    }
}
