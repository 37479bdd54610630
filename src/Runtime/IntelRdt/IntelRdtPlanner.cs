// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "IntelRdt"
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.IntelRdt;

/// <summary>From <c>linux.intelRdt</c> to an <see cref="IntelRdtPlan"/>. Pure.</summary>
public static class IntelRdtPlanner
{
    private const string Path = "linux.intelRdt", ClosIdOrigin = Path + ".closID", L3Origin = Path + ".l3CacheSchema", MemBwOrigin = Path + ".memBwSchema", SchemataOrigin = Path + ".schemata";

    /// <param name="id">The container's, after which its class and its monitoring group are named.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    /// <param name="warnings">What the user should know although nothing fails.</param>
    /// <returns>Null if it is not asked for, or there is nothing to do it with.</returns>
    public static IntelRdtPlan? PlanIntelRdt(LinuxIntelRdt? rdt, string id, IntelRdtFacts? facts, List<string> problems, List<string> warnings)
    {
        if (rdt == null) return null;
        CheckClosId(rdt.ClosID, problems);
        List<(string, string)> compared = PlanSchemata(rdt.L3CacheSchema, L3Origin, rdt.MemBwSchema, MemBwOrigin, problems, warnings), schemata = [.. compared];
        for (int i = 0; i < rdt.Schemata.Length; i++)
        {
            if (rdt.Schemata[i].Length == 0) continue;
            string origin = Origin.Element(SchemataOrigin, i);
            CheckLine(rdt.Schemata[i], origin, problems);
            schemata.Add((rdt.Schemata[i], origin));
        }
        if (facts is not { Root.Length: > 0 })
        {
            problems.Add($"{Path}: no resctrl filesystem is mounted: it needs a processor with resource control, and mount -t resctrl resctrl /sys/fs/resctrl");
            return null;
        }
        bool isOwn = rdt.ClosID.Length == 0;
        string group = rdt.ClosID == "/" ? facts.Root : $"{facts.Root}/{(isOwn ? id : rdt.ClosID)}";
        return new IntelRdtPlan
        {
            Root = facts.Root,
            Group = group,
            IsOwn = isOwn,
            MustExist = !isOwn && schemata.Count == 0,
            Compared = isOwn ? [] : compared,
            Schemata = schemata,
            Monitoring = rdt.EnableMonitoring ? $"{group}/mon_groups/{id}" : "",
        };
    }

    /// <summary>The lines of the two schemas that have a field or a flag of their own, each with its origin; an empty one is none.</summary>
    public static List<(string Line, string Origin)> PlanSchemata(string l3, string l3Origin, string memBw, string memBwOrigin, List<string> problems, List<string> warnings)
    {
        List<(string, string)> lines = [];
        if (l3.Length > 0)
        {
            lines.Add((l3, l3Origin));
            CheckLine(l3, l3Origin, problems);
            if (!l3.StartsWith("L3:", StringComparison.Ordinal)) warnings.Add($"{l3Origin}: should start with \"L3:\", got \"{l3}\"");
        }
        if (memBw.Length > 0)
        {
            lines.Add((memBw, memBwOrigin));
            CheckLine(memBw, memBwOrigin, problems);
            if (!memBw.StartsWith("MB:", StringComparison.Ordinal)) problems.Add($"{memBwOrigin}: must start with \"MB:\", got \"{memBw}\"");
        }
        return lines;
    }

    // It is a directory beside those that resctrl has itself.
    private static void CheckClosId(string closId, List<string> problems)
    {
        bool isName = closId is "" or "/" || !(closId is "." or ".." or "info" or "mon_groups" or "mon_data" || closId.AsSpan().ContainsAny('/', '\n'));
        if (!isName) problems.Add($"{ClosIdOrigin}: must be the name of a directory, or / for the default class, got \"{closId}\"");
    }

    private static void CheckLine(string line, string origin, List<string> problems)
    {
        if (line.Contains('\n')) problems.Add($"{origin}: must not contain a newline");
    }
}
