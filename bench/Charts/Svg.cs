// SPDX-License-Identifier: Apache-2.0
using OxyPlot;

namespace Runcs.Bench.Charts;

/// <summary>Writes a plot as an SVG file.</summary>
internal static class Svg
{
    public static void Write(PlotModel model, string file, int width, int height)
    {
        SvgExporter exporter = new() { Width = width, Height = height, IsDocument = true, UseVerticalTextAlignmentWorkaround = true };
        File.WriteAllText(file, exporter.ExportToString(model));
    }
}
