// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Rootfs;

/// <summary>
/// The mounts of this namespace. Its length depends on the host, so only features without an alternative read it:
/// <c>--no-pivot</c>, and recursive options before Linux 5.12.
/// </summary>
internal static class MountTable
{
    /// <exception cref="RuncsException"/>
    public static List<MountEntry> Read()
    {
        var entries = new List<MountEntry>();
        foreach (string line in Encoding.UTF8.GetString(Files.ReadFile("/proc/self/mountinfo")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            if (separator < 0 || !ulong.TryParse(fields[0], out ulong id) || !ulong.TryParse(fields[1], out ulong parent)) continue;
            entries.Add(new MountEntry(id, parent, Unescape(fields[4]), fields[separator + 1]));
        }
        return entries;
    }

    // Space, tab, newline and backslash are octal escapes.
    private static string Unescape(string path) => path.Replace("\\040", " ", StringComparison.Ordinal)
        .Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal)
        .Replace("\\134", "\\", StringComparison.Ordinal);
}
