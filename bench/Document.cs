// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>The document with the table, which is replaced between two markers.</summary>
internal static class Document
{
    private const string Begin = "<!-- bench: begin -->", End = "<!-- bench: end -->";

    public static void Write(string file, string report)
    {
        string text = File.ReadAllText(file);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < Begin.Length || end < begin)
            throw new InvalidDataException($"{file}: no {Begin} and {End}");
        File.WriteAllText(file, $"{text[..begin]}\n{report}{text[end..]}");
    }

    public static string Machine()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal), ": unknown processor").Split(": ", 2)[^1];
        return $"{DateTime.UtcNow:yyyy-MM-dd}, Linux {Environment.OSVersion.Version}, {Environment.ProcessorCount} processors ({model}). Times in milliseconds: median (minimum); ratios are medians of each round's ratio.";
    }
}
