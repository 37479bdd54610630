// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Runcs.Harness;

/// <summary>The timeouts of tests. An emulated machine is many times slower, and sets a variable.</summary>
public static class Patience
{
    private static readonly double _factor =
        double.TryParse(Environment.GetEnvironmentVariable("RUNCS_TEST_PATIENCE"), CultureInfo.InvariantCulture, out double factor) ? factor : 1;

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds * _factor);
}
