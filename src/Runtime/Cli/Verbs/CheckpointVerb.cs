// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Cli.Verbs;

internal static class CheckpointVerb
{
    public static Verb Define() => new("checkpoint", "save a running container to disk (not supported yet)", _ => VerbTable.NotYet("checkpoint"))
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
            new(FlagKind.Text, "parent-path", "directory of the images of an earlier checkpoint, relative"),
            new(FlagKind.Switch, "leave-running", "let the container run on"),
            new(FlagKind.Switch, "tcp-skip-in-flight", "skip TCP connections that are being made"),
            new(FlagKind.Switch, "link-remap", "with unlinked files"),
            new(FlagKind.Text, "status-fd", "descriptor to write to when lazy pages are ready"),
            new(FlagKind.Text, "page-server", "ADDRESS:PORT of a page server"),
            new(FlagKind.Switch, "pre-dump", "save the memory only"),
        ],
        LeastArguments = 1,
        MostArguments = 1,
    };
}
