// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Runcs.Bench.Charts;

namespace Runcs.Bench;

/// <summary>
/// A picture of figures that others have measured (bench/shim.sh): lines of fields between tabs. The first has the contenders, each
/// further one a case and its values.
/// </summary>
internal static class Drawing
{
    /// <exception cref="FormatException">A value is not a number.</exception>
    public static void Draw(TextReader lines, string file, string title, string unit)
    {
        string[] contenders = lines.ReadLine()?.Split('\t') ?? throw new FormatException("there are no contenders");
        BarChart chart = new(title, unit, contenders);
        while (lines.ReadLine() is { } line)
        {
            string[] fields = line.Split('\t');
            chart.Add(fields[0], [.. fields[1..].Select(value => (double?)double.Parse(value, CultureInfo.InvariantCulture))]);
        }
        chart.Write(file);
    }
}
