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
            .. CriuFlags.Define(),
            new(FlagKind.Text, "parent-path", "directory of an earlier checkpoint's images, relative to image-path"),
            new(FlagKind.Switch, "leave-running", "leave the container running"),
            new(FlagKind.Switch, "tcp-skip-in-flight", "skip TCP connections that are not established yet"),
            new(FlagKind.Switch, "link-remap", "include unlinked files"),
            new(FlagKind.Text, "status-fd", "descriptor to notify when lazy pages are ready"),
            new(FlagKind.Text, "page-server", "ADDRESS:PORT of a page server"),
            new(FlagKind.Switch, "pre-dump", "save only the memory"),
        ],
        LeastArguments = 1,
        MostArguments = 1,
    };
}
