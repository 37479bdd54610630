// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Check;
using Runcs.Cli.Parsing;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

internal static class CheckVerb
{
    public static Verb Define() => new("check", "say what is wrong with a bundle, without running it", Run)
    {
        Usage = "",
        Description = """
            Prints each problem of the bundle's config.json as "path: problem", then what this host lacks to run it.
            Nothing is run or changed. The exit code is 1 if there is any problem; warnings are none.
            """,
        Flags =
        [
            new(FlagKind.Text, "bundle", "directory of the bundle", 'b') { Default = "the working directory" },
            new(FlagKind.Text, "format", "text or json", 'f') { Default = "text" },
            new(FlagKind.Switch, "plan", "print also what would be done, a line a step"),
            new(FlagKind.Switch, "no-pivot", "as for create"),
        ],
        LeastArguments = 0,
        MostArguments = 0,
    };

    private static int Run(Invocation call)
    {
        string format = call.Get("format") ?? "text";
        if (format is not ("text" or "json")) throw RuncsException.At("--format", $"must be text or json, got \"{format}\"");
        CheckReport report = BundleCheck.Run(AbsolutePath.Of(call.Get("bundle") ?? ""), call.Has("no-pivot"), call.Global.Has("systemd-cgroup"), call.Has("plan"));
        Files.WriteAll(1, format == "json" ? report.WriteJson() : Encoding.UTF8.GetBytes(report.WriteText()), "standard output");
        return report.IsGood ? 0 : 1;
    }
}
