// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>From <c>process</c> to a <see cref="ProcessPlan"/>.</summary>
public static class ProcessPlanner
{
    /// <param name="variables">Variables that the runtime adds to the environment.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    public static ProcessPlan PlanProcess(Process process, string[] variables, List<string> problems)
    {
        if (process.Args.Length == 0) problems.Add("process.args: must name the program to run");
        else if (process.Args[0].Length == 0) problems.Add("process.args[0]: must not be empty");
        // At the execve this path leads to the exec stage.
        else if (process.Args[0] is "/proc/self/exe" or "/proc/thread-self/exe") problems.Add($"process.args[0]: \"{process.Args[0]}\" is not a program of the container");
        if (process.Cwd.Length == 0 || process.Cwd[0] != '/') problems.Add($"process.cwd: must be an absolute path, got \"{process.Cwd}\"");
        if (process.OomScoreAdj is < -1000 or > 1000) problems.Add($"process.oomScoreAdj: must be from -1000 to 1000, got {process.OomScoreAdj}");
        return new ProcessPlan(process.Args, PlanEnvironment([.. process.Env, .. variables], problems), process.Cwd, PlanRlimits(process.Rlimits, problems),
            process.OomScoreAdj, process.Terminal, process.Terminal ? process.ConsoleSize : null);
    }

    // As runc: the last value of a repeated name wins, at the place of the first.
    private static string[] PlanEnvironment(string[] variables, List<string> problems)
    {
        // Up to this number they are compared pairwise, since a hash table costs more.
        const int Few = 64;
        Dictionary<string, int>? places = variables.Length > Few ? new(variables.Length, StringComparer.Ordinal) : null;
        var result = new List<string>(variables.Length);
        for (int i = 0; i < variables.Length; i++)
        {
            int equals = variables[i].IndexOf('=');
            if (equals <= 0)
            {
                problems.Add($"process.env[{i}]: must be NAME=value, got \"{variables[i]}\"");
                continue;
            }
            if (places == null)
            {
                int same = IndexOf(result, variables[i].AsSpan(0, equals + 1));
                if (same >= 0) result[same] = variables[i];
                else result.Add(variables[i]);
            }
            else if (places.TryAdd(variables[i][..equals], result.Count)) result.Add(variables[i]);
            else result[places[variables[i][..equals]]] = variables[i];
        }
        return [.. result];
    }

    private static int IndexOf(List<string> variables, ReadOnlySpan<char> nameAndEquals)
    {
        for (int i = 0; i < variables.Count; i++)
        {
            if (variables[i].AsSpan().StartsWith(nameAndEquals)) return i;
        }
        return -1;
    }

    // asm-generic/resource.h; the index is the number.
    private static readonly string[] RlimitNames =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    private static RlimitPlan[] PlanRlimits(POSIXRlimit[] limits, List<string> problems)
    {
        var plans = new List<RlimitPlan>(limits.Length);
        for (int i = 0; i < limits.Length; i++)
        {
            POSIXRlimit limit = limits[i];
            string jsonPath = JsonPath.Element("process.rlimits", i);
            int resource = Array.IndexOf(RlimitNames, limit.Type);
            if (limit.Type.Length == 0) problems.Add($"{jsonPath}.type: is required");
            else if (resource < 0) problems.Add($"{jsonPath}.type: unknown limit \"{limit.Type}\"{ValidNames.Instead(limit.Type, RlimitNames)}");
            // config.md, "POSIX process": a type that is listed twice MUST be an error.
            else if (plans.Exists(plan => plan.Resource == resource)) problems.Add($"{jsonPath}.type: {limit.Type} is listed twice");
            else if (limit.Soft > limit.Hard) problems.Add($"{jsonPath}.soft: must not be above hard, got {limit.Soft} above {limit.Hard}");
            else plans.Add(new RlimitPlan(resource, limit.Soft, limit.Hard, jsonPath));
        }
        return [.. plans];
    }
}
