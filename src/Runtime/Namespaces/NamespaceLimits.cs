// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>The limits of /proc/sys/user on the number of namespaces (namespaces(7)); a host forbids a kind by a limit of 0.</summary>
public static class NamespaceLimits
{
    /// <summary>Null if the kind is not forbidden.</summary>
    public static string? Problem(NamespaceKind kind)
    {
        string file = $"/proc/sys/user/max_{kind.FileName}_namespaces";
        try
        {
            return Files.ReadTextAt(Files.AT_FDCWD, file) == "0\n" ? $"the host forbids new {kind.Name} namespaces ({file} is 0)" : null;
        }
        catch (RuncsException)
        {
            return null;
        }
    }

    /// <summary>Why a call that makes these namespaces fails with ENOSPC.</summary>
    public static string Problem(CloneFlags flags)
    {
        foreach (NamespaceKind kind in NamespaceKind.All)
            if ((flags & kind.Flag) != 0 && Problem(kind) is { } problem)
                return problem;
        return "a limit of /proc/sys/user/max_*_namespaces, or of the depth of pid namespaces, is reached";
    }
}
