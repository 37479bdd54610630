// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>Adds the destination to a message about a mount: people know a mount by that, not by its number.</summary>
internal static class MountDestinations
{
    /// <param name="message">A problem, a warning or the error of a failed step.</param>
    /// <returns><c>mounts[7].source: is required for a bind (destination "/data")</c>; other messages as they are.</returns>
    public static string Complete(string message, Mount[] mounts)
    {
        const string Start = "mounts[";
        int end = message.IndexOf(']', StringComparison.Ordinal);
        if (!message.StartsWith(Start, StringComparison.Ordinal) || end < 0) return message;
        if (!int.TryParse(message.AsSpan(Start.Length, end - Start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= mounts.Length) return message;
        string destination = mounts[index].Destination;
        return destination.Length == 0 || message.Contains($"\"{destination}\"", StringComparison.Ordinal) ? message : $"{message} (destination \"{destination}\")";
    }
}
