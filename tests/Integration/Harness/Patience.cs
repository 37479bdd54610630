// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Runcs.Harness;

/// <summary>How long a test waits before it gives up. An emulated machine is many times slower, and says so.</summary>
public static class Patience
{
    private static readonly double _factor =
        double.TryParse(Environment.GetEnvironmentVariable("RUNCS_TEST_PATIENCE"), CultureInfo.InvariantCulture, out double factor) ? factor : 1;

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds * _factor);
}
