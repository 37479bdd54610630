// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Cli.Verbs;

internal static class RestoreVerb
{
    public static Verb Define() => new("restore", "restore a container from a checkpoint (not supported yet)", _ => VerbTable.NotYet("restore"))
    {
        Usage = "<container-id>",
        Flags =
        [
            new(FlagKind.Text, "image-path", "directory of the images"),
            new(FlagKind.Text, "work-path", "directory for work files and logs"),
            new(FlagKind.Switch, "tcp-established", "with open TCP connections"),
            new(FlagKind.Switch, "ext-unix-sk", "with external unix sockets"),
            new(FlagKind.Switch, "shell-job", "with shell jobs"),
            new(FlagKind.Switch, "lazy-pages", "move memory on demand (userfaultfd)"),
            new(FlagKind.Switch, "file-locks", "with file locks"),
            new(FlagKind.Text, "manage-cgroups-mode", "soft, full, strict or ignore") { Default = "soft" },
            new(FlagKind.List, "empty-ns", "namespace to leave empty; may be repeated"),
            new(FlagKind.Switch, "auto-dedup", "deduplicate the images"),
            new(FlagKind.Text, "bundle", "directory of the bundle", 'b') { Default = "the working directory" },
            new(FlagKind.Switch, "detach", "do not wait for the program", 'd'),
            new(FlagKind.Text, "pid-file", "file for the pid of the container's first process"),
            new(FlagKind.Text, "console-socket", "socket (AF_UNIX) that gets the master of the container's terminal"),
            new(FlagKind.Switch, "no-subreaper", "do not reap the orphans of the container"),
            new(FlagKind.Switch, "no-pivot", "change the root without pivot_root, for a root filesystem on a ramdisk"),
            new(FlagKind.Text, "lsm-profile", "profile of the Linux security module"),
            new(FlagKind.Text, "lsm-mount-context", "mount context of the Linux security module"),
        ],
        LeastArguments = 1,
        MostArguments = 1,
    };
}
