// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>The user's program and its environment, without its credentials.</summary>
/// <param name="Args">The program, searched in <c>PATH</c> unless it contains a slash, and its arguments.</param>
/// <param name="Env"><c>NAME=value</c>, each name once; HOME is added in the container if it is missing or empty.</param>
public sealed record ProcessPlan(string[] Args, string[] Env, string Cwd, RlimitPlan[] Rlimits, int? OomScoreAdj, bool Terminal, Box? ConsoleSize)
{
    /// <summary>For a config without <c>process</c>, which is required only when the container is started.</summary>
    public static ProcessPlan None { get; } = new([], [], "/", [], null, false, null);

    /// <summary>args[0]; "" without a program.</summary>
    public string Program => Args.Length == 0 ? "" : Args[0];

    public void Describe(StringBuilder text)
    {
        foreach (RlimitPlan limit in Rlimits)
            text.Append("rlimit ").Append(limit.Resource).Append(' ').Append(limit.Soft).Append(' ').Append(limit.Hard).Append('\n');
        if (OomScoreAdj is { } score) text.Append("oom_score_adj ").Append(score).Append('\n');
        if (Terminal) text.Append("terminal ").Append(ConsoleSize?.Width ?? 0).Append('x').Append(ConsoleSize?.Height ?? 0).Append('\n');
        foreach (string variable in Env) text.Append("env ").Append(variable).Append('\n');
        text.Append("chdir ").Append(Cwd).Append('\n');
        if (Args.Length > 0) text.Append("exec ").AppendJoin(' ', Args).Append('\n');
    }
}
