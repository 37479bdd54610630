// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

internal static class FeaturesVerb
{
    public static Verb Define() => new("features", "print what this runtime can do as JSON (not supported yet)", _ => Verbs.NotYet("features"))
    {
        Usage = "",
        LeastArguments = 0,
        MostArguments = 0,
    };
}
