// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cli.Parsing;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Cli.Verbs;

internal static class ExecVerb
{
    public static Verb Define() => new("exec", "run another program in a container", Run)
    {
        Usage = "<container-id> <command> [arguments...] | --process <file> <container-id>",
        Failure = "exec failed: ",
        FailureCode = 255,
        Flags =
        [
            new(FlagKind.Text, "console-socket", "AF_UNIX socket that receives the master of the program's terminal"),
            new(FlagKind.Text, "pidfd-socket", "AF_UNIX socket that receives a pidfd of the program"),
            new(FlagKind.Text, "cwd", "working directory in the container"),
            new(FlagKind.List, "env", "environment variable, NAME=value; may be repeated", 'e'),
            new(FlagKind.Switch, "tty", "allocate a terminal", 't'),
            new(FlagKind.Text, "user", "user, UID[:GID]", 'u'),
            new(FlagKind.List, "additional-gids", "additional group; may be repeated", 'g'),
            new(FlagKind.Text, "process", "file with the process document (JSON)", 'p'),
            new(FlagKind.Switch, "detach", "do not wait for the program", 'd'),
            new(FlagKind.Text, "pid-file", "file to write the pid of the program to"),
            new(FlagKind.Text, "process-label", "SELinux label of the program"),
            new(FlagKind.Text, "apparmor", "AppArmor profile of the program"),
            new(FlagKind.Switch, "no-new-privs", "set no_new_privs"),
            new(FlagKind.List, "cap", "capability to add; may be repeated", 'c'),
            new(FlagKind.Number, "preserve-fds", "number of descriptors to pass besides stdio and those of LISTEN_FDS") { Default = "0" },
            new(FlagKind.List, "cgroup", "cgroup below the container's, [CONTROLLER,...:]PATH; may be repeated"),
            new(FlagKind.Switch, "ignore-paused", "exec even if the container is paused"),
        ],
        LeastArguments = 1,
        MostArguments = int.MaxValue,
        FlagsComeFirst = true,
    };

    private static int Run(Invocation call)
    {
        List<string> words = call.Arguments.Positional;
        int preserved = call.Arguments.Number("preserve-fds");
        if (preserved < 0) throw RuncsException.At("--preserve-fds", $"must be 0 or more, got {preserved}");
        InheritedDescriptors.Require(0, preserved);
        var options = new ExecOptions
        {
            Id = call.Id,
            Root = call.Root,
            ProcessFile = call.Get("process") is { Length: > 0 } file ? file : null,
            Flags = new ProcessFlags
            {
                Args = words.GetRange(1, words.Count - 1).ToArray(),
                Cwd = call.Get("cwd"),
                Env = call.Arguments.All("env"),
                Terminal = call.Has("tty"),
                User = call.Get("user"),
                AdditionalGids = call.Arguments.All("additional-gids"),
                Capabilities = call.Arguments.All("cap"),
                NoNewPrivileges = call.Get("no-new-privs") == null ? null : call.Has("no-new-privs"),
                SelinuxLabel = call.Get("process-label"),
                ApparmorProfile = call.Get("apparmor"),
            },
            PidFile = call.Path("pid-file"),
            ConsoleSocket = call.Path("console-socket"),
            PidfdSocket = call.Path("pidfd-socket"),
            PreserveFds = preserved,
            Cgroups = call.Arguments.All("cgroup"),
            IgnorePaused = call.Has("ignore-paused"),
        };
        using ForegroundSession? session = call.Has("detach") ? null : ForegroundSession.Begin(subreaper: false);
        using Interrupts interrupts = Interrupts.Take();
        return ExecCommand.Run(options, session, interrupts.Descriptor);
    }
}
