// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;
using Runcs.Credentials;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Cli.Verbs;

internal static class ListVerb
{
    public static Verb Define() => new("list", "list containers", Run)
    {
        Usage = "",
        Flags =
        [
            new(FlagKind.Text, "format", "table or json", 'f') { Default = "table" },
            new(FlagKind.Switch, "quiet", "print only the ids", 'q'),
        ],
        LeastArguments = 0,
        MostArguments = 0,
    };

    private static int Run(Invocation call)
    {
        string format = call.Get("format") ?? "table";
        if (format is not ("table" or "json")) throw new RuncsException($"invalid format option: must be table or json, got \"{format}\"");
        // A missing default root holds no containers; a root given with --root must exist.
        ContainerState[] containers = ListCommand.Run(call.Root, rootMayBeMissing: call.Global.Get(RootFlag.Name) == null);
        if (containers.Length == 0 && call.Global.Get(RootFlag.Name) == null && call.Root != DefaultRoot.OfRoot && !Caller.IsRoot())
            Log.Warn($"there are no containers of uid {Caller.Uid} below {call.Root}; root lists those below {DefaultRoot.OfRoot}");
        byte[] text = call.Has("quiet") ? ContainerTable.Ids(containers)
            : format == "json" ? ContainerState.WriteList(containers)
            : ContainerTable.Write(containers);
        Files.WriteAll(1, text, "standard output");
        return 0;
    }
}
