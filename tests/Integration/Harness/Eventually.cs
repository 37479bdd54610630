// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Runcs.Harness;

/// <summary>Waits for a condition that the kernel or another process brings about.</summary>
public static class Eventually
{
    public static void True(Func<bool> condition, string what, TimeSpan? timeout = null) => True(condition, () => what, timeout);

    public static void True(Func<bool> condition, Func<string> what, TimeSpan? timeout = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan limit = timeout ?? Patience.Seconds(10);
        while (!condition())
        {
            if (watch.Elapsed >= limit) Assert.Fail($"after {limit.TotalSeconds} s: {what()}");
            Thread.Sleep(5);
        }
    }
}
