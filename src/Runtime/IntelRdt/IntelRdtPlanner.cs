// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "IntelRdt"
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.IntelRdt;

/// <summary>Makes an <see cref="IntelRdtPlan"/> from <c>linux.intelRdt</c>. Pure.</summary>
public static class IntelRdtPlanner
{
    private const string Path = "linux.intelRdt", ClosIdPath = Path + ".closID", L3Path = Path + ".l3CacheSchema", MemBwPath = Path + ".memBwSchema", SchemataPath = Path + ".schemata";

    /// <param name="id">The container's id, the name of its class and its monitoring group.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    /// <param name="warnings">Warnings that do not fail the command.</param>
    /// <returns>Null if the config does not use resctrl, or the host does not have it.</returns>
    public static IntelRdtPlan? PlanIntelRdt(LinuxIntelRdt? rdt, string id, IntelRdtFacts? facts, List<string> problems, List<string> warnings)
    {
        if (rdt == null) return null;
        CheckClosId(rdt.ClosID, problems);
        List<(string, string)> compared = PlanSchemata(rdt.L3CacheSchema, L3Path, rdt.MemBwSchema, MemBwPath, problems, warnings), schemata = [.. compared];
        for (int i = 0; i < rdt.Schemata.Length; i++)
        {
            if (rdt.Schemata[i].Length == 0) continue;
            string jsonPath = JsonPath.Element(SchemataPath, i);
            CheckLine(rdt.Schemata[i], jsonPath, problems);
            schemata.Add((rdt.Schemata[i], jsonPath));
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

    /// <summary>
    /// The lines of the two schemas with their own field or flag, each with its JSON path; empty ones are omitted.
    /// </summary>
    public static List<(string Line, string JsonPath)> PlanSchemata(string l3, string l3Path, string memBw, string memBwPath, List<string> problems, List<string> warnings)
    {
        List<(string, string)> lines = [];
        if (l3.Length > 0)
        {
            lines.Add((l3, l3Path));
            CheckLine(l3, l3Path, problems);
            if (!l3.StartsWith("L3:", StringComparison.Ordinal)) warnings.Add($"{l3Path}: should start with \"L3:\", got \"{l3}\"");
        }
        if (memBw.Length > 0)
        {
            lines.Add((memBw, memBwPath));
            CheckLine(memBw, memBwPath, problems);
            if (!memBw.StartsWith("MB:", StringComparison.Ordinal)) problems.Add($"{memBwPath}: must start with \"MB:\", got \"{memBw}\"");
        }
        return lines;
    }

    // The directory is next to resctrl's own.
    private static void CheckClosId(string closId, List<string> problems)
    {
        bool isName = closId is "" or "/" || !(closId is "." or ".." or "info" or "mon_groups" or "mon_data" || closId.AsSpan().ContainsAny('/', '\n'));
        if (!isName) problems.Add($"{ClosIdPath}: must be the name of a directory, or / for the default class, got \"{closId}\"");
    }

    private static void CheckLine(string line, string jsonPath, List<string> problems)
    {
        if (line.Contains('\n')) problems.Add($"{jsonPath}: must not contain a newline");
    }
}
