// SPDX-License-Identifier: Apache-2.0
using OxyPlot;

namespace Runcs.Bench.Charts;

/// <summary>The colours of the contenders, the same in all pictures: the first is runcs.</summary>
internal static class Palette
{
    private static readonly OxyColor[] _colours =
    [
        OxyColor.FromRgb(0x2a, 0x6f, 0xbb), OxyColor.FromRgb(0xb0, 0xb0, 0xb0), OxyColor.FromRgb(0xe0, 0x8e, 0x3c), OxyColor.FromRgb(0x8a, 0xa8, 0x66), OxyColor.FromRgb(0x8e, 0x6f, 0xb5),
    ];

    public static OxyColor Of(int contender) => _colours[contender % _colours.Length];
}
