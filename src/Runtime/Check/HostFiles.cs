// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
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

    /// <summary>The directories in a directory; none if it cannot be read.</summary>
    public static IEnumerable<string> Directories(string path)
    {
        if (Files.TryOpenAt(Files.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out Fd? directory).IsError) return [];
        using (directory) return FileNodes.ListDirectories(directory!.Value, path).ConvertAll(name => $"{path}/{name}");
    }

    /// <summary>Whether a filesystem is one of a block device: /proc/filesystems marks the others with "nodev" (filesystems(5)).</summary>
    public static bool NeedsDevice(string type) => Text("/proc/filesystems") is { } known && known.Contains($"\t{type}\n", StringComparison.Ordinal) && !known.Contains($"nodev\t{type}\n", StringComparison.Ordinal);

    /// <summary>Whether a list of words or lines contains one.</summary>
    public static bool Contains(string? text, string word) =>
        text != null && Array.IndexOf(text.Split([' ', '\t', '\n', ','], StringSplitOptions.RemoveEmptyEntries), word) >= 0;
}
