// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The mount points of a process, in the order in which they were made.</summary>
public static class MountTable
{
    public static IReadOnlyList<string> Read(string process = "self") =>
        [.. File.ReadLines($"/proc/{process}/mountinfo").Select(line => Unescape(line.Split(' ')[4]))];

    public static bool IsUnder(string path, string directory) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    // proc(5): space, tab, newline and backslash are a backslash and three octal digits.
    private static string Unescape(string field) =>
        field.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
