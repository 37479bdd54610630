// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.Rootfs;

/// <summary>Paths as text, without system calls.</summary>
internal static class ContainerPath
{
    /// <summary>
    /// The path from the root without <c>.</c> and repeated slashes; a relative path starts at <c>/</c>. A <c>..</c>
    /// after a name is left to the kernel: the name may be a symbolic link (path_resolution(7)).
    /// </summary>
    public static string Clean(string path) => Clean(path, asText: false);

    /// <summary>The path with <c>..</c> also resolved as text: its target if there are no symbolic links.</summary>
    public static string Lexical(string path) => Clean(path, asText: true);

    /// <summary>Whether a clean path still contains <c>..</c>, so that its text does not show its target.</summary>
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
