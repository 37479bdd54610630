// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>Collects the problems of a config: one line each, <c>path: problem</c>.</summary>
public static class Problems
{
    // An error is one line in a log: of a document with a hundred thousand faults, only the first are reported.
    private const int MostInOneLine = 100, LongestProblem = 1000;

    /// <summary>All problems as the one line of an error.</summary>
    public static RuncsException Refusal(List<string> problems)
    {
        List<string> told = problems.GetRange(0, Math.Min(problems.Count, MostInOneLine)).ConvertAll(Brief);
        string line = string.Join("; ", told);
        return new RuncsException(problems.Count == told.Count ? line : $"{line}; and {problems.Count - told.Count} more problems");
    }

    /// <summary>A problem that quotes a long value, shortened to a readable length.</summary>
    public static string Brief(string problem)
    {
        if (problem.Length <= LongestProblem) return problem;
        int end = char.IsHighSurrogate(problem[LongestProblem - 1]) ? LongestProblem - 1 : LongestProblem;
        return string.Concat(problem.AsSpan(0, end), "...");
    }

    /// <summary>
    /// Adds the faults of the document and the planner's findings. A value of the wrong type was read as empty, and a
    /// missing part was planned as an empty one: the planner's findings about those places are only consequences and are
    /// dropped.
    /// </summary>
    internal static void AddIndependent(DocumentFault[] faults, Config config, List<string> found, List<string> problems)
    {
        var places = new List<string>(faults.Length + 2);
        foreach (DocumentFault fault in faults)
        {
            problems.Add(fault.ToString());
            places.Add(fault.Path);
        }
        // The document is not an object, so it has no fields to check.
        if (places.Contains("")) return;
        if (config.Process == null) AddMissing("process");
        if (config.Root == null) AddMissing("root");
        foreach (string problem in found)
        {
            if (!places.Exists(place => Names(problem, place))) problems.Add(problem);
        }

        void AddMissing(string part)
        {
            if (!places.Contains(part) && found.Find(problem => problem.StartsWith(part + ": is required", StringComparison.Ordinal)) is { } problem) problems.Add(problem);
            places.Add(part);
        }
    }

    /// <summary>Whether a problem names a path or one below it, at its beginning or as the reason.</summary>
    internal static bool Names(string problem, string place)
    {
        for (int at = problem.IndexOf(place, StringComparison.Ordinal); at >= 0; at = problem.IndexOf(place, at + 1, StringComparison.Ordinal))
        {
            int end = at + place.Length;
            if ((at == 0 || problem[at - 1] is ' ' or '(') && (end == problem.Length || !IsOfName(problem[end]))) return true;
        }
        return false;
    }

    private static bool IsOfName(char next) => char.IsAsciiLetterOrDigit(next) || next is '_' or '-';
}
