// SPDX-License-Identifier: Apache-2.0
using System;
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
        string? runtime = Surroundings.Variable("XDG_RUNTIME_DIR");
        if (string.IsNullOrEmpty(runtime)) return OfRoot;
        return isRoot && !IsRootOfOthers() ? OfRoot : $"{runtime}/runcs";
    }

    // Podman runs us as root of the user's namespace. Root of a namespace that a host's root made (USER=root) stays with /run.
    private static bool IsRootOfOthers() => Surroundings.Variable("USER") != "root" && !HasAllUids();

    // user_namespaces(7): the first namespace maps every id onto itself.
    private static bool HasAllUids()
    {
        try
        {
            string[] words = Files.ReadTextAt(Files.AT_FDCWD, "/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return words is ["0", "0", "4294967295"];
        }
        catch (SyscallException)
        {
            return true;
        }
    }
}
