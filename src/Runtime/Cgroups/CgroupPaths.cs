// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.Cgroups;

/// <summary>Paths inside a hierarchy, as text.</summary>
internal static class CgroupPaths
{
    /// <summary>
    /// The path without empty parts, <c>.</c> and <c>..</c>; it begins with a slash, and <c>..</c> does not lead above
    /// it.
    /// </summary>
    public static string Clean(string path)
    {
        if (IsClean(path)) return path;
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary>The one path under the other, both clean.</summary>
    public static string Join(string parent, string child) => parent == "/" ? child : child == "/" ? parent : parent + child;

    /// <summary>The part before the last slash; <c>/</c> is its own parent.</summary>
    public static string Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    /// <summary>The longest path above both, or one of them, both clean.</summary>
    public static string Common(string one, string other)
    {
        string path = one;
        while (path != "/" && other != path && !other.StartsWith(path + "/", StringComparison.Ordinal)) path = Parent(path);
        return path;
    }

    // The usual path needs no copy: /name/name, and no part begins with a dot.
    private static bool IsClean(string path) =>
        path == "/" || (path.Length > 1 && path[0] == '/' && path[^1] != '/'
            && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal));
}
