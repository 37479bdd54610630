// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

internal static class PsVerb
{
    public static Verb Define() => new("ps", "list the processes of a container (not supported yet)", _ => Verbs.NotYet("ps"))
    {
        Usage = "<container-id> [ps options]",
        Flags =
        [
            new(FlagKind.Text, "format", "table or json", 'f') { Default = "table" },
        ],
        LeastArguments = 1,
        MostArguments = int.MaxValue,
        FlagsComeFirst = true,
    };
}
