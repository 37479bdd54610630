// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.Rootfs;

/// <summary>Paths as text, without system calls.</summary>
internal static class ContainerPath
{
    /// <summary>
    /// The path from the root without <c>.</c> and repeated slashes; a relative one means from <c>/</c>. A <c>..</c> behind a
    /// name stays for the kernel: the name may be a symbolic link (path_resolution(7)).
    /// </summary>
    public static string Clean(string path) => Clean(path, asText: false);

    /// <summary>The path with <c>..</c> taken out as text too: where it leads without symbolic links.</summary>
    public static string Lexical(string path) => Clean(path, asText: true);

    /// <summary>Whether <c>..</c> is left in a clean path, so that its text does not show where it leads.</summary>
    public static bool HasParents(string path) =>
        path.Contains("/../", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);

    /// <summary><paramref name="path"/> if it is absolute, else below <paramref name="directory"/>; clean.</summary>
    public static string Join(string directory, string path) => Clean(path.StartsWith('/') ? path : directory + "/" + path);

    public static bool IsBelow(string path, string directory) =>
        path.Length > directory.Length && path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/';

    private static string Clean(string path, bool asText)
    {
        if (IsClean(path)) return path;
        var parts = new List<string>();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count == 0) continue;
            if (part == ".." && asText) parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }

    private static bool IsClean(string path)
    {
        if (path.Length == 0 || path[0] != '/') return false;
        if (path.Length == 1) return true;
        // A dot at the start of a component may begin an ordinary name; then the slow path changes nothing.
        return path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);
    }
}
