// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>The document with the table, which is replaced between two markers.</summary>
internal static class Document
{
    /// <param name="file">The document.</param>
    /// <param name="section">The name in the markers.</param>
    /// <param name="report">What comes between them.</param>
    public static void Write(string file, string section, string report)
    {
        string first = $"<!-- {section}: begin -->", last = $"<!-- {section}: end -->", text = File.ReadAllText(file);
        int begin = text.IndexOf(first, StringComparison.Ordinal) + first.Length, end = text.IndexOf(last, StringComparison.Ordinal);
        if (begin < first.Length || end < begin)
            throw new InvalidDataException($"{file}: no {first} and {last}");
        File.WriteAllText(file, $"{text[..begin]}\n{report}{text[end..]}");
    }

    public static string Machine()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal), ": unknown processor").Split(": ", 2)[^1];
        return $"{DateTime.UtcNow:yyyy-MM-dd}, Linux {Environment.OSVersion.Version}, {Environment.ProcessorCount} processors ({model}). Times in milliseconds: median (minimum); ratios are medians of each round's ratio.";
    }
}
