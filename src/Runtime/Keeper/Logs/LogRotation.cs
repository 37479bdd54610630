// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;

namespace Runcs.Keeper.Logs;

/// <summary>The names of a log's files: FILE is written to, FILE.1 is the one before, FILE.2 the one before that.</summary>
internal static class LogRotation
{
    /// <summary>
    /// The renames by which a new file takes the log's name, in order: the oldest first, so that a keeper that is killed in between
    /// leaves a gap and no file twice. The oldest file is replaced. With one file alone there is none: it is removed.
    /// </summary>
    public static IReadOnlyList<(string From, string To)> Plan(string path, int files)
    {
        var renames = new List<(string, string)>();
        for (int number = files - 2; number >= 0; number--) renames.Add((Name(path, number), Name(path, number + 1)));
        return renames;
    }

    /// <summary>The file with this number; 0 for the one that is written to.</summary>
    public static string Name(string path, int number) => number == 0 ? path : string.Concat(path, ".", number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The numbers of a log's files among the names of a directory, the newest first.</summary>
    /// <param name="names">All names.</param>
    /// <param name="name">The log's.</param>
    public static List<int> Find(IEnumerable<string> names, string name)
    {
        var numbers = new List<int>();
        foreach (string other in names)
        {
            if (other == name) numbers.Add(0);
            else if (other.Length > name.Length + 1 && other[name.Length] == '.' && other[name.Length + 1] != '0' && other.StartsWith(name, StringComparison.Ordinal)
                && int.TryParse(other.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)) numbers.Add(number);
        }
        numbers.Sort();
        return numbers;
    }
}
