// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Check;

/// <summary>What this host lacks to run a bundle, in lines of the form <c>path: what</c>; found by looking, never by trying.</summary>
internal sealed class HostLacks
{
    public List<string> Lines { get; } = [];

    public void Add(string jsonPath, string what) => Lines.Add($"{jsonPath}: {what}");

    /// <summary>The text of a file that tells of the kernel; null where there is none, or none for us.</summary>
    public static string? Text(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(Files.ReadFile(path));
        }
        catch (RuncsException)
        {
            return null;
        }
    }

    public static bool Exists(string path) => !Files.TryAccessAt(Files.AT_FDCWD, path, 0).IsError;

    /// <summary>Whether a list of words or lines holds one.</summary>
    public static bool Holds(string? text, string word) =>
        text != null && Array.IndexOf(text.Split([' ', '\t', '\n', ','], StringSplitOptions.RemoveEmptyEntries), word) >= 0;
}
