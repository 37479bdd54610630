// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>The root directory of containers without --root; engines rely on it (podman never passes --root).</summary>
internal static class DefaultRoot
{
    public const string OfRoot = "/run/runcs";

    /// <summary>For the help.</summary>
    public const string Described = $"{OfRoot}, for an ordinary user runcs in {RuntimeDirectory.Variable}";

    private const string Name = "/runcs";

    /// <summary>
    /// /run/runcs; for a user other than the host's root, runcs in XDG_RUNTIME_DIR, or in the directory that pam_systemd(8) makes for
    /// it. Null without one: a directory of /tmp could be made by anyone.
    /// </summary>
    public static string? Find()
    {
        bool isRoot = Processes.EffectiveUid() == 0;
        string? runtime = OfVariable();
        if (isRoot) return runtime == null || !IsRootOfOthers() ? OfRoot : runtime;
        if (runtime != null) return runtime;
        return RuntimeDirectory.HasOfLogin() ? RuntimeDirectory.OfLogin() + Name : null;
    }

    /// <exception cref="RuncsException"/>
    public static RuncsException Missing() =>
        RuncsException.At("--root", $"is required, since {RuntimeDirectory.Variable} is not set and {RuntimeDirectory.OfLogin()} is not a directory of mode 700 of the caller: log in as uid {Processes.EffectiveUid()}, or set {RuntimeDirectory.Variable}");

    /// <summary>What named the default root, for messages.</summary>
    public static string Source(string root) => root == OfVariable() ? RuntimeDirectory.Variable : "--root";

    // Podman runs us as root of the user's namespace. Root of a namespace made by the host's root (USER=root), and of a system
    // container, uses /run.
    private static bool IsRootOfOthers() => ProcessEnvironment.Variable("USER") != "root" && !UserNamespaces.IsInitial();

    private static string? OfVariable() => RuntimeDirectory.OfEnvironment() is { } directory ? AbsolutePath.Of(directory + Name) : null;
}
