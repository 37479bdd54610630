// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

internal static class PauseVerb
{
    public static Verb Define() => new("pause", "freeze the processes of a container (not supported yet)", _ => Verbs.NotYet("pause"))
    {
        Usage = "<container-id>",
        LeastArguments = 1,
        MostArguments = 1,
    };
}
