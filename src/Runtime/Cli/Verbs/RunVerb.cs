// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Keeper;
using Runcs.Terminal;

namespace Runcs.Cli.Verbs;

internal static class RunVerb
{
    public static Verb Define() => new("run", "create a container and start its program", Run)
    {
        Description = CreationFlags.Description + "\nWithout --detach, waits for the program, deletes the container, and exits with the program's exit code.",
        Failure = "% run failed: ",
        Flags =
        [
            .. CreationFlags.Define(),
            new(FlagKind.Switch, "detach", "do not wait for the program", 'd'),
            .. SupervisionFlags.Define(),
            new(FlagKind.Switch, "keep", "do not delete the container after its program has exited"),
            new(FlagKind.Switch, "no-subreaper", "do not reap the container's orphaned processes"),
        ],
    };

    private static int Run(Invocation call)
    {
        CreateOptions options = CreationFlags.Read(call);
        if (SupervisionFlags.Read(call, options) is { } supervised)
        {
            using Interrupts taken = Interrupts.Take();
            SuperviseCommand.Run(supervised, taken.Descriptor);
            return 0;
        }
        using ForegroundSession? session = call.Has("detach") ? null : ForegroundSession.Begin(subreaper: !call.Has("no-subreaper"));
        using Interrupts interrupts = Interrupts.Take();
        return RunCommand.Run(options, session, interrupts.Descriptor);
    }
}
