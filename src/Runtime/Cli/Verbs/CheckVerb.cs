// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Check;
using Runcs.Cli.Parsing;
using Runcs.Containers;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

internal static class CheckVerb
{
    public static Verb Define() => new("check", "report problems of a bundle without running it", Run)
    {
        Usage = "",
        Description = """
            Prints each problem of config.json as "path: problem", then what this host is missing to run the bundle.
            Runs and changes nothing. The exit code is 1 if there are problems; warnings do not count.
            """,
        Flags =
        [
            new(FlagKind.Text, "bundle", "bundle directory", 'b') { Default = "the working directory" },
            new(FlagKind.Text, "config", "config to use in place of the bundle's config.json"),
            new(FlagKind.Text, "format", "text or json", 'f') { Default = "text" },
            new(FlagKind.Switch, "plan", "also print the plan, one step per line"),
            new(FlagKind.Switch, "no-pivot", "change the root without pivot_root, as create does"),
        ],
        LeastArguments = 0,
        MostArguments = 0,
    };

    private static int Run(Invocation call)
    {
        string format = call.Get("format") ?? "text";
        if (format is not ("text" or "json")) throw RuncsException.At("--format", $"must be text or json, got \"{format}\"");
        var options = new CreateOptions
        {
            Id = CreateOptions.NoId,
            Root = "",
            Bundle = AbsolutePath.Of(call.Get("bundle") ?? ""),
            Config = CreationFlags.ConfigFile(call),
            NoPivot = call.Has("no-pivot"),
            SystemdCgroup = CgroupManager.IsSystemd(call.Global),
            NoCgroups = CgroupManager.IsDisabled(call.Global),
        };
        CheckReport report = BundleCheck.Run(options, call.Has("plan"));
        if (RootFlag.Problem(call.Global) is { } problem) report = report with { Unmet = [problem, .. report.Unmet] };
        Files.WriteAll(1, format == "json" ? report.WriteJson() : Encoding.UTF8.GetBytes(report.WriteText()), "standard output");
        return report.IsGood ? 0 : 1;
    }
}
