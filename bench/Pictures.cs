// SPDX-License-Identifier: Apache-2.0
using Runcs.Bench.Charts;

namespace Runcs.Bench;

/// <summary>The results as SVG files: times, CPU times and memory.</summary>
/// <param name="directory">Where the files are.</param>
/// <param name="prefix">Their names begin with it.</param>
internal sealed class Pictures(string directory, string prefix, IReadOnlyList<Contender> contenders)
{
    public void Write(Results results, CostResults costs)
    {
        // A hundred containers take a hundred times as long: in the same picture the other bars would be invisible.
        Draw("times", "Time of a command, median", "milliseconds", results.CasesIn(Unit.Milliseconds).Where(IsOneCommand), results.Median);
        Draw("cpu", "CPU time of a command's processes together, median", "milliseconds", costs.Cases.Where(IsOneCommand), costs.Cpu);
        Draw("memory", "Memory", "KiB", results.CasesIn(Unit.KiB), results.Median);
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
