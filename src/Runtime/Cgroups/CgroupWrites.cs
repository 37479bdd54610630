// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Cgroups;

/// <summary>The writes of a plan while it is made, with the errors of the config and the warnings.</summary>
internal sealed class CgroupWrites
{
    public List<CgroupWrite> All { get; } = [];

    public List<MemoryCheck> Checks { get; } = [];

    public List<string> Problems { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Add(CgroupPhase phase, string controller, string file, string value, string jsonPath) =>
        All.Add(new CgroupWrite(phase, controller, file, value, jsonPath));

    public void Add(CgroupPhase phase, string controller, string file, long value, string jsonPath) =>
        Add(phase, controller, file, value.ToString(), jsonPath);

    /// <summary>Reports an error of the config.</summary>
    public void Refuse(string jsonPath, string problem) => Problems.Add($"{jsonPath}: {problem}");

    /// <summary>
    /// Reports a setting that cgroup v2 does not have: config-linux.md, "Unified", requires an error for what cannot be
    /// converted.
    /// </summary>
    public void RefuseOnV2(string jsonPath, string what) => Refuse(jsonPath, "cgroup v2 has no " + what);
}
