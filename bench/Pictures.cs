// SPDX-License-Identifier: Apache-2.0
using Runcs.Bench.Charts;

namespace Runcs.Bench;

/// <summary>The results as SVG files: times, CPU times, memory and growth.</summary>
/// <param name="directory">Where the files are.</param>
/// <param name="prefix">Their names begin with it.</param>
internal sealed class Pictures(string directory, string prefix, IReadOnlyList<Contender> contenders)
{
    public void Write(Results results, CostResults costs, IEnumerable<GrowthResults> growth)
    {
        // A hundred containers take a hundred times as long: in the same picture the other bars would be invisible.
        Draw("times", "Time of a command, median", "milliseconds", results.CasesIn(Unit.Milliseconds).Where(IsOneCommand), results.Median);
        Draw("cpu", "CPU time of a command's processes together, median", "milliseconds", costs.Cases.Where(IsOneCommand), costs.Cpu);
        Draw("memory", "Memory", "KiB", results.CasesIn(Unit.KiB), results.Median);
        Dictionary<string, (GrowthResults Results, int Level)> levels = growth.SelectMany(one => one.Levels.Skip(1).Select(level => (one, level))).ToDictionary(one => $"{one.level} {one.one.Noun}");
        Draw("growth", "Time of run with containers alive and with mounts on the host, median", "as a multiple of the time with none", levels.Keys, (name, contender) => levels[name].Results.Ratio(levels[name].Level, contender));
    }

    private static bool IsOneCommand(string name) => !name.StartsWith("100 ", StringComparison.Ordinal);

    private void Draw(string name, string title, string unit, IEnumerable<string> cases, Func<string, Contender, double?> value)
    {
        string[] drawn = [.. cases];
        if (drawn.Length == 0)
            return;
        BarChart chart = new(title, unit, [.. contenders.Select(contender => contender.Name)]);
        foreach (string one in drawn)
            chart.Add(one, [.. contenders.Select(contender => value(one, contender))]);
        chart.Write(Path.Combine(directory, $"{prefix}{name}.svg"));
    }
}
