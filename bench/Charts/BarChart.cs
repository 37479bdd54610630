// SPDX-License-Identifier: Apache-2.0
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Runcs.Bench.Charts;

/// <summary>
/// A picture of bars (SVG): a group per case, and in it a bar per contender, each with its figure. The first case and the first
/// contender are at the top.
/// </summary>
internal sealed class BarChart(string title, string unit, IReadOnlyList<string> contenders)
{
    private const int Width = 760, BarHeight = 15, GroupGap = 12, Frame = 110;
    private const double LetterWidth = 6.8;

    private readonly List<(string Case, IReadOnlyList<double?> Values)> _groups = [];

    /// <param name="name">The case, the label of the group.</param>
    /// <param name="values">A value per contender; null if it has none.</param>
    public void Add(string name, IReadOnlyList<double?> values)
    {
        if (values.Count != contenders.Count)
            throw new ArgumentException($"{name}: {values.Count} values for {contenders.Count} contenders", nameof(values));
        _groups.Add((name, values));
    }

    public void Write(string file)
    {
        PlotModel model = new() { Title = title, TitleFontSize = 14, Background = OxyColors.White, PlotAreaBorderThickness = new(0), DefaultFont = "sans-serif" };
        // The text is drawn by the viewer, with a font of which only the usual width is known.
        model.PlotMargins = new(_groups.Max(group => group.Case.Length) * LetterWidth + 12, double.NaN, double.NaN, double.NaN);
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.TopRight, LegendPlacement = LegendPlacement.Outside, LegendOrientation = LegendOrientation.Horizontal, IsLegendVisible = true, LegendPadding = 18 });
        CategoryAxis cases = new() { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, GapWidth = (double)GroupGap / (BarHeight * contenders.Count), TickStyle = TickStyle.None };
        cases.Labels.AddRange(_groups.Select(group => group.Case));
        model.Axes.Add(cases);
        // Room for the figure of the longest bar.
        double longest = _groups.SelectMany(group => group.Values).Max() ?? 0;
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = unit,
            AxisTitleDistance = 8,
            Minimum = 0,
            Maximum = longest * 1.12,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = OxyColor.FromRgb(0xe4, 0xe4, 0xe4),
            TickStyle = TickStyle.None,
        });
        for (int i = 0; i < contenders.Count; i++)
        {
            BarSeries bars = new() { Title = contenders[i], FillColor = Palette.Of(i), StrokeThickness = 0 };
            for (int group = 0; group < _groups.Count; group++)
            {
                if (_groups[group].Values[i] is { } value)
                    bars.Items.Add(new BarItem(value, group));
            }
            bars.LabelFormatString = longest >= 100 ? "{0:0}" : "{0:0.00}";
            bars.LabelPlacement = LabelPlacement.Outside;
            bars.LabelMargin = 6;
            bars.FontSize = 10;
            model.Series.Add(bars);
        }
        Svg.Write(model, file, Width, Frame + _groups.Count * (contenders.Count * BarHeight + GroupGap));
    }
}
