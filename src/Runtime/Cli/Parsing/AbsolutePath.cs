// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cli.Parsing;

/// <summary>Makes the caller's paths absolute before the working directory changes.</summary>
internal static class AbsolutePath
{
    /// <summary>The path below the working directory, with <c>.</c>, <c>..</c> and empty parts resolved as text.</summary>
    public static string Of(string path) => Clean(path.StartsWith('/') ? path : $"{ProcessEnvironment.WorkingDirectory()}/{path}");

    internal static string Clean(string path)
    {
        if (IsClean(path)) return path;
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "." or "..")) parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }

    private static bool IsClean(string path) =>
        path.Length > 1 && path[^1] != '/' && !path.Contains("//") && !path.Contains("/.");
}
