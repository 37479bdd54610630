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
            .. CriuFlags.Define(),
            new(FlagKind.Text, "bundle", "bundle directory", 'b') { Default = "the working directory" },
            new(FlagKind.Switch, "detach", "do not wait for the program", 'd'),
            new(FlagKind.Text, "pid-file", "file to write the pid of the container's init to"),
            new(FlagKind.Text, "console-socket", "AF_UNIX socket that receives the master of the container's terminal"),
            new(FlagKind.Switch, "no-subreaper", "do not reap the container's orphaned processes"),
            new(FlagKind.Switch, "no-pivot", "change the root without pivot_root, for a root filesystem on a ramdisk"),
            new(FlagKind.Switch, "tcp-close", "close TCP connections"),
            new(FlagKind.Text, "lsm-profile", "LSM profile (AppArmor or SELinux)"),
            new(FlagKind.Text, "lsm-mount-context", "LSM mount context (SELinux)"),
        ],
        LeastArguments = 1,
        MostArguments = 1,
    };
}
