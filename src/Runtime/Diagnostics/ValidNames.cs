// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.Diagnostics;

/// <summary>The end of a message about an unknown name: the one that was probably meant, or all that are valid.</summary>
internal static class ValidNames
{
    /// <summary>Begins with a colon.</summary>
    public static string Instead(string name, IReadOnlyList<string> valid) =>
        Near(name, valid) is { Length: > 0 } near ? near : $": must be one of {string.Join(", ", valid)}";

    /// <summary>The same without a list; empty if no name is near.</summary>
    public static string Near(string name, IReadOnlyList<string> valid) => NearName.Find(name, valid) is { } near ? $": did you mean \"{near}\"?" : "";
}
