// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.OciSpec.Json;
using Runcs.Plan;
using Runcs.Seccomp;

namespace Runcs.Cli.Verbs;

internal static class FeaturesVerb
{
    private const int Indent = 4;

    public static Verb Define() => new("features", "print the features of this runtime as JSON", Run)
    {
        Usage = "",
        Description = "The document is the one of the runtime specification (features.md).",
        LeastArguments = 0,
        MostArguments = 0,
    };

    private static int Run(Invocation call)
    {
        JsonText json = JsonText.Indented(Indent);
        Recognized.Features(Version.Specification, SeccompFacts.Read()).Write(json);
        json.EndLine();
        Files.WriteAll(1, json.Written, "standard output");
        return 0;
    }
}
