// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers;
using Runcs.Containers.Commands;

namespace Runcs.Cli.Verbs;

internal static class CreateVerb
{
    public static Verb Define() => new("create", "create a container", Run)
    {
        Description = CreationFlags.Description + "\nThe container's program waits for \"runcs start\".",
        Failure = "% create failed: ",
        Flags = [.. CreationFlags.Define(), new(FlagKind.Switch, "no-subreaper", "has no effect, as with crun") { Hidden = true }],
    };

    private static int Run(Invocation call)
    {
        CreateOptions options = CreationFlags.Read(call);
        using Interrupts interrupts = Interrupts.Take();
        CreateCommand.Run(options, interrupts.Descriptor);
        return 0;
    }
}
