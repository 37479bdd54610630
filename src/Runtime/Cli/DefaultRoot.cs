// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>The root directory of containers without --root; engines rely on it (podman never passes --root).</summary>
internal static class DefaultRoot
{
    public const string OfRoot = "/run/runcs";

    /// <summary>/run/runcs; for a user other than the host's root, runcs under XDG_RUNTIME_DIR.</summary>
    public static string Find()
    {
        bool isRoot = Processes.EffectiveUid() == 0;
        string? runtime = ProcessEnvironment.Variable("XDG_RUNTIME_DIR");
        if (string.IsNullOrEmpty(runtime)) return OfRoot;
        return isRoot && !IsRootOfOthers() ? OfRoot : $"{runtime}/runcs";
    }

    // Podman runs us as root of the user's namespace. Root of a namespace made by the host's root (USER=root) uses /run.
    private static bool IsRootOfOthers() => ProcessEnvironment.Variable("USER") != "root" && !UserNamespaces.IsInitial();
}
