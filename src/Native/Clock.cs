// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>clock_gettime(2) and nanosleep(2).</summary>
public static unsafe partial class Clock
{
    private const int CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1;

#pragma warning disable CS8981 // the kernel's name
    private struct timespec
    {
        public long tv_sec, tv_nsec;
    }
#pragma warning restore CS8981

    /// <summary>Seconds since 1970 and nanoseconds, UTC.</summary>
    public static (long Seconds, int Nanoseconds) Now()
    {
        timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        return (now.tv_sec, (int)now.tv_nsec);
    }

    /// <summary>Milliseconds of a monotonic clock.</summary>
    public static long Milliseconds()
    {
        timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000;
    }

    /// <summary>Sleeps; a signal may interrupt it.</summary>
    public static void Sleep(int milliseconds)
    {
        var time = new timespec { tv_sec = milliseconds / 1000, tv_nsec = milliseconds % 1000 * 1_000_000L };
        nanosleep(&time, null);
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, timespec* time);

    [LibraryImport("libc")]
    private static partial int nanosleep(timespec* time, timespec* rest);
}
