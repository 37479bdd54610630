// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;

namespace Runcs.IntelRdt;

/// <summary>The class of service that the container's processes are put into.</summary>
public sealed class IntelRdtPlan
{
    /// <summary>Where resctrl is mounted.</summary>
    public required string Root { get; init; }

    /// <summary>The class's directory, absolute; the root itself is the default class.</summary>
    public required string Group { get; init; }

    /// <summary>The directory is the container's own: named after it, and removed with it if it was made for it.</summary>
    public required bool IsOwn { get; init; }

    /// <summary>Nothing is said about what the class is: it must be there.</summary>
    public required bool MustExist { get; init; }

    /// <summary>The values that a class which is there already must have, with the JSON path of each.</summary>
    public required IReadOnlyList<(string Line, string Origin)> Compared { get; init; }

    /// <summary>What is written to <c>schemata</c>, in this order, with the JSON path of each.</summary>
    public required IReadOnlyList<(string Line, string Origin)> Schemata { get; init; }

    /// <summary>The directory in which the container alone is monitored; "" for none.</summary>
    public required string Monitoring { get; init; }

    public void Describe(StringBuilder text)
    {
        text.Append("resctrl ").Append(MustExist ? "join " : "make or join ").Append(Group).Append(IsOwn ? ", remove with the container\n" : "\n");
        foreach ((string line, string origin) in Compared) text.Append("resctrl compare ").Append(line).Append(" (").Append(origin).Append(")\n");
        foreach ((string line, string origin) in Schemata) text.Append("resctrl schemata ").Append(line).Append(" (").Append(origin).Append(")\n");
        if (Monitoring.Length > 0) text.Append("resctrl make ").Append(Monitoring).Append('\n');
    }
}
