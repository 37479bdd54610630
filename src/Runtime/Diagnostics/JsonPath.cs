// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Diagnostics;

/// <summary>JSON paths into the config.</summary>
public static class JsonPath
{
    /// <summary>
    /// <c>mounts[2]</c>. Not an interpolated string: with a number it rents a pooled buffer, whose first use costs 30
    /// microseconds and a read of /dev/urandom at every start.
    /// </summary>
    public static string Element(string list, int index) => string.Concat(list, "[", index.ToString(), "]");
}
