// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.Rootfs;

/// <summary>Paths as text: no kernel is asked.</summary>
internal static class ContainerPath
{
    /// <summary>
    /// The path from the root with <c>.</c>, <c>..</c> and repeated slashes taken out as text; a relative one means from <c>/</c>.
    /// </summary>
    public static string Clean(string path)
    {
        if (IsClean(path)) return path;
        var parts = new List<string>();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            else if (part != ".") parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary><paramref name="path"/> if it is absolute, else below <paramref name="directory"/>; clean.</summary>
    public static string Join(string directory, string path) => Clean(path.StartsWith('/') ? path : directory + "/" + path);

    public static bool IsBelow(string path, string directory) =>
        path.Length > directory.Length && path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/';

    private static bool IsClean(string path)
    {
        if (path.Length == 0 || path[0] != '/') return false;
        if (path.Length == 1) return true;
        // A dot at a component's start may be the start of a name; then the long way finds nothing to take out.
        return path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);
    }
}
