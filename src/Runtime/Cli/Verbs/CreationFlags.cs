// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cli.Parsing;
using Runcs.Containers;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

/// <summary>The flags that <c>create</c> and <c>run</c> share.</summary>
internal static class CreationFlags
{
    public const string Description = """
        A bundle is a directory with a config.json, which names the root filesystem.
        "runcs spec" writes a config.json to start from.
        """;

    public static Flag[] Define() =>
    [
        new(FlagKind.Text, "bundle", "bundle directory", 'b') { Default = "the working directory" },
        new(FlagKind.Text, "config", "config to use in place of the bundle's config.json", 'f'),
        new(FlagKind.Text, "console-socket", "AF_UNIX socket that receives the master of the container's terminal"),
        new(FlagKind.Text, "pidfd-socket", "AF_UNIX socket that receives a pidfd of the container's init"),
        new(FlagKind.Text, "pid-file", "file to write the pid of the container's init to"),
        new(FlagKind.Switch, "no-pivot", "change the root without pivot_root, for a root filesystem on a ramdisk"),
        new(FlagKind.Switch, "no-new-keyring", "keep the caller's session keyring"),
        new(FlagKind.Number, "preserve-fds", "number of descriptors to pass besides stdio and those of LISTEN_FDS") { Default = "0" },
    ];

    /// <summary>The paths are made absolute here: creation works from the bundle's directory.</summary>
    public static CreateOptions Read(Invocation call)
    {
        (int listening, int preserved) = (InheritedDescriptors.Listening(), PreserveFds(call));
        InheritedDescriptors.Require(listening, preserved);
        return new CreateOptions
        {
            Id = call.Id,
            Root = call.Root,
            Bundle = AbsolutePath.Of(call.Get("bundle") ?? ""),
            Config = ConfigFile(call),
            ConsoleSocket = call.Path("console-socket"),
            PidfdSocket = call.Path("pidfd-socket"),
            PidFile = call.Path("pid-file"),
            NoPivot = call.Has("no-pivot"),
            NoNewKeyring = call.Has("no-new-keyring"),
            ListenFds = listening,
            PreserveFds = preserved,
            NotifySocket = NotifySocket(),
            Keep = call.Has("keep"),
            SystemdCgroup = CgroupManager.IsSystemd(call.Global),
            NoCgroups = CgroupManager.IsDisabled(call.Global),
            Rootless = Rootless(call.Global.Get("rootless")),
        };
    }

    /// <summary>
    /// The notify socket of the service manager that runs us as a service of Type=notify; null for none (sd_notify(3)).
    /// </summary>
    public static string? NotifySocket() => ProcessEnvironment.Variable("NOTIFY_SOCKET") is { Length: > 0 } socket ? socket : null;

    /// <summary>--config, absolute; null for the bundle's. As with crun it is relative to the working directory, but not config.json itself.</summary>
    public static string? ConfigFile(Invocation call) => call.Get("config") is { Length: > 0 } file and not "config.json" ? AbsolutePath.Of(file) : null;

    private static int PreserveFds(Invocation call)
    {
        int count = call.Arguments.Number("preserve-fds");
        return count < 0 ? throw RuncsException.At("--preserve-fds", $"must be 0 or more, got {count}") : count;
    }

    private static bool? Rootless(string? value) => value switch
    {
        null or "" => null,
        _ when value.Equals("auto", StringComparison.OrdinalIgnoreCase) => null,
        "true" or "1" or "t" or "T" or "TRUE" or "True" => true,
        "false" or "0" or "f" or "F" or "FALSE" or "False" => false,
        _ => throw RuncsException.At("--rootless", $"must be true, false or auto, got \"{value}\""),
    };
}
