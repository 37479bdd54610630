// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>Where containers are kept when --root is not given; engines rely on it (podman never gives --root).</summary>
internal static class DefaultRoot
{
    public const string OfRoot = "/run/runcs";

    /// <summary>/run/runcs; for who is not root on the host, runcs under XDG_RUNTIME_DIR.</summary>
    public static string Find()
    {
        bool isRoot = Processes.EffectiveUid() == 0;
        string? runtime = ProcessEnvironment.Variable("XDG_RUNTIME_DIR");
        if (string.IsNullOrEmpty(runtime)) return OfRoot;
        return isRoot && !IsRootOfOthers() ? OfRoot : $"{runtime}/runcs";
    }

    // Podman runs us as root of the user's namespace. Root of a namespace that a host's root made (USER=root) stays with /run.
    private static bool IsRootOfOthers() => ProcessEnvironment.Variable("USER") != "root" && !UserNamespaces.IsInitial();
}
