// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

internal static class ResumeVerb
{
    public static Verb Define() => new("resume", "let the processes of a paused container go on (not supported yet)", _ => Verbs.NotYet("resume"))
    {
        Usage = "<container-id>",
        LeastArguments = 1,
        MostArguments = 1,
    };
}
