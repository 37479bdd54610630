// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Globalization;
using Runcs.OciSpec;

namespace Runcs.Namespaces;

/// <summary>The offset of a clock in a new time namespace from the host's (time_namespaces(7)).</summary>
/// <param name="Clock"><c>monotonic</c> or <c>boottime</c>.</param>
public sealed record ClockOffset(string JsonPath, string Clock, long Seconds, uint Nanoseconds)
{
    /// <summary>A line of /proc/PID/timens_offsets.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture, $"{Clock} {Seconds} {Nanoseconds}");

    /// <param name="isNew">The container gets a time namespace of its own.</param>
    /// <param name="isJoined">It joins one.</param>
    internal static ClockOffset[] Plan(Dictionary<string, LinuxTimeOffset> offsets, bool isNew, bool isJoined, List<string> problems)
    {
        const string Field = "linux.timeOffsets";
        if (offsets.Count == 0) return [];
        // The offsets of a time namespace are fixed once a process has been in it (time_namespaces(7)).
        if (isJoined) problems.Add($"{Field}: cannot be set in a joined time namespace");
        else if (!isNew) problems.Add($"{Field}: needs a time namespace in linux.namespaces");
        var plan = new List<ClockOffset>(offsets.Count);
        foreach ((string clock, LinuxTimeOffset offset) in offsets)
        {
            string jsonPath = $"{Field}.{clock}";
            if (clock is not ("monotonic" or "boottime")) problems.Add($"{jsonPath}: unknown clock: must be monotonic or boottime");
            else if (offset.Nanosecs > 999_999_999) problems.Add($"{jsonPath}.nanosecs: must be at most 999999999, got {offset.Nanosecs}");
            else plan.Add(new ClockOffset(jsonPath, clock, offset.Secs, offset.Nanosecs));
        }
        return [.. plan];
    }
}
