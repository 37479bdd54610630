// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Native;

namespace Runcs.Check;

/// <summary>Reads files in which the host lists its features.</summary>
internal static class HostFiles
{
    /// <summary>The text of a file; null if it does not exist or cannot be read.</summary>
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

    /// <summary>Whether a list of words or lines contains one.</summary>
    public static bool Contains(string? text, string word) =>
        text != null && Array.IndexOf(text.Split([' ', '\t', '\n', ','], StringSplitOptions.RemoveEmptyEntries), word) >= 0;
}
