// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Diagnostics;

/// <summary>What the command has to say besides its result.</summary>
public static class Log
{
    private static readonly List<string> Warnings = [];

    /// <summary>Keeps a warning until the command's end: engines read exactly one object from the log of a failed command.</summary>
    public static void Warn(string message) => Warnings.Add(message);
}
