// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Runcs.Integration;

/// <summary>The file <c>figures.txt</c>: a line per kind of machine and command.</summary>
internal sealed class CostFigures
{
    private static readonly string _file = Path.Combine(Repository.Root, "tests/Integration/Costs/figures.txt");
    private readonly SortedDictionary<string, Costs> _figures = new(StringComparer.Ordinal);

    public CostFigures()
    {
        foreach (string[] cells in File.ReadLines(_file).Where(line => line.Contains('|', StringComparison.Ordinal)).Skip(1).Select(line => line.Split('|', StringSplitOptions.TrimEntries)))
        {
            long[] counts = [.. cells[2..].Select(cell => long.Parse(cell, CultureInfo.InvariantCulture))];
            _figures[Key(cells[0], cells[1])] = Costs.Zero with { SystemCalls = counts[0], PageFaults = counts[1], Clones = counts[2] };
        }
    }

    public bool Knows(string machine) => _figures.Keys.Any(key => key.StartsWith(machine + '|', StringComparison.Ordinal));

    public Costs? Find(string machine, string command) => _figures.GetValueOrDefault(Key(machine, command));

    public void Set(string machine, string command, Costs costs) => _figures[Key(machine, command)] = costs;

    public void Save()
    {
        int width = _figures.Keys.Max(key => key.IndexOf('|', StringComparison.Ordinal));
        IEnumerable<string> head = File.ReadLines(_file).TakeWhile(line => !line.Contains('|', StringComparison.Ordinal));
        IEnumerable<string> lines = _figures.Select(one => Line(width, one.Key.Split('|'), $"{one.Value.SystemCalls}", $"{one.Value.PageFaults}", $"{one.Value.Clones}"));
        File.WriteAllLines(_file, [.. head, Line(width, ["machine", "command"], "calls", "faults", "clones"), .. lines]);
    }

    private static string Key(string machine, string command) => $"{machine}|{command}";

    private static string Line(int width, string[] key, params string[] counts) =>
        $"{key[0].PadRight(width)} | {key[1],-13} | {string.Join(" | ", counts.Select(count => count.PadLeft(8)))}";
}
