// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Native;
using Runcs.OciSpec;
using static Runcs.Native.OpenFlags;

namespace Runcs.Cli.Verbs;

internal static class SpecVerb
{
    private const string FileName = "config.json";

    public static Verb Define() => new("spec", "write a default config.json", Run)
    {
        Usage = "",
        Description = "The config runs sh in a terminal, with the directory rootfs as the root filesystem.",
        Flags =
        [
            new(FlagKind.Text, "bundle", "directory to write to", 'b') { Default = "the working directory" },
            new(FlagKind.Text, "file", "file to write, in the directory or absolute; an existing one is replaced", 'f') { Default = FileName },
            new(FlagKind.Switch, "rootless", "write a config for a rootless container"),
        ],
        LeastArguments = 0,
        MostArguments = 0,
    };

    private static int Run(Invocation call)
    {
        string? named = call.Get("file") is { Length: > 0 } given ? given : null;
        string path = named ?? FileName;
        if (path[0] != '/' && call.Get("bundle") is { Length: > 0 } bundle) path = $"{bundle}/{path}";
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_WRONLY | O_CREAT | (named == null ? O_EXCL : O_TRUNC), 0b110_110_110, out Fd? file);
        if (errno.Value == Errno.EEXIST) throw new RuncsException($"File {FileName} exists. Remove it first: {AbsolutePath.Of(path)}");
        errno.OrThrow(named == null ? "--bundle" : "--file", "openat", path);
        using (file)
            Files.WriteAll(file!.Value, DefaultSpec.Write(call.Has("rootless"), IsCgroupV2(), Processes.EffectiveUid(), Processes.EffectiveGid()), path);
        return 0;
    }

    private static bool IsCgroupV2() =>
        !Mounts.TryStatfs("/sys/fs/cgroup", out long type, out _).IsError && type == Mounts.CGROUP2_SUPER_MAGIC;
}
