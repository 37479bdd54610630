// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

internal static class PsVerb
{
    public static Verb Define() => new("ps", "list the processes of a container", Run)
    {
        Usage = "<container-id> [ps options]",
        Description = "The table is the output of the host's ps, by default of ps -ef. The ps options must keep the column PID.",
        Flags =
        [
            new(FlagKind.Text, "format", "table or json", 'f') { Default = "table" },
        ],
        LeastArguments = 1,
        MostArguments = int.MaxValue,
        FlagsComeFirst = true,
    };

    private static int Run(Invocation call)
    {
        byte[] text = (call.Get("format") ?? "table") switch
        {
            "json" => PsCommand.Json(call.Root, call.Id),
            "table" => PsCommand.Table(call.Root, call.Id, call.Arguments.Positional.GetRange(1, call.Arguments.Positional.Count - 1)),
            string other => throw new RuncsException($"invalid format option: must be table or json, got \"{other}\""),
        };
        Files.WriteAll(1, text, "standard output");
        return 0;
    }
}
