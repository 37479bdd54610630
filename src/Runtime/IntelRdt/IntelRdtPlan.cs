// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;

namespace Runcs.IntelRdt;

/// <summary>The class of service of the container's processes.</summary>
public sealed class IntelRdtPlan
{
    /// <summary>The mount point of resctrl.</summary>
    public required string Root { get; init; }

    /// <summary>The absolute path of the class's directory; the root itself is the default class.</summary>
    public required string Group { get; init; }

    /// <summary>The directory belongs to the container: it has its name, and is removed with it if it was made for it.</summary>
    public required bool IsOwn { get; init; }

    /// <summary>The config sets no schema, so the class must exist.</summary>
    public required bool MustExist { get; init; }

    /// <summary>The lines that an existing class's schemata must contain, each with its JSON path.</summary>
    public required IReadOnlyList<(string Line, string JsonPath)> Compared { get; init; }

    /// <summary>The lines to write to <c>schemata</c>, in this order, each with its JSON path.</summary>
    public required IReadOnlyList<(string Line, string JsonPath)> Schemata { get; init; }

    /// <summary>The directory of the container's own monitoring group; "" for none.</summary>
    public required string Monitoring { get; init; }

    public void Describe(StringBuilder text)
    {
        text.Append("resctrl ").Append(MustExist ? "join " : "make or join ").Append(Group).Append(IsOwn ? ", remove with the container\n" : "\n");
        foreach ((string line, string jsonPath) in Compared) text.Append("resctrl compare ").Append(line).Append(" (").Append(jsonPath).Append(")\n");
        foreach ((string line, string jsonPath) in Schemata) text.Append("resctrl schemata ").Append(line).Append(" (").Append(jsonPath).Append(")\n");
        if (Monitoring.Length > 0) text.Append("resctrl make ").Append(Monitoring).Append('\n');
    }
}
