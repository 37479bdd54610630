// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Harness;

/// <summary>Replaces the parts of a text that vary between runs, so that a snapshot can contain the rest.</summary>
public static partial class Scrub
{
    public static string Times(string text) => Time().Replace(text, "{time}");

    public static string Pids(string text) => Pid().Replace(text, "${before}{pid}");

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();

    [GeneratedRegex("(?<before>\"?\\b[pP]id\"?:? ?)\\d+")]
    private static partial Regex Pid();
}
