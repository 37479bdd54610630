// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Cgroups;

/// <summary>When a value is written.</summary>
public enum CgroupPhase
{
    /// <summary>With the making of the directory: without them no process can be in it.</summary>
    Initial,

    /// <summary>Before the hooks.</summary>
    Early,

    /// <summary>By the child, once it has left the v1 <c>memory</c> cgroup again: nothing is charged there, so a small limit fits.</summary>
    SteppedOut,

    /// <summary>When the exec stage waits: what would strike the set-up itself.</summary>
    Late,
}

/// <summary>One value for one file of the container's cgroup.</summary>
/// <param name="Phase">When.</param>
/// <param name="Controller">Which controller the file belongs to.</param>
/// <param name="File">The file's name.</param>
/// <param name="Value">What is written, in one write(2).</param>
/// <param name="Origin">The JSON path that asks for it.</param>
public sealed record CgroupWrite(CgroupPhase Phase, string Controller, string File, string Value, string Origin)
{
    /// <summary>The value is what the kernel does anyway where it has no such file.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Why the file may be missing; empty if nothing is known.</summary>
    public string WhyMissing { get; init; } = "";

    /// <summary>Why the kernel may find the value invalid; empty if there is no more to say.</summary>
    public string WhyInvalid { get; init; } = "";

    /// <summary>What is written on a host that does not have the file.</summary>
    public CgroupWrite? Instead { get; init; }

    /// <summary>
    /// The kernel holds the value against another one that may not be written yet (a quota and its period, memory and memory
    /// with swap): if it answers EINVAL, this is tried again after the others.
    /// </summary>
    public bool MayWait { get; init; }

    public override string ToString()
    {
        string text = $"{Phase}: {File} = {Value.TrimEnd('\n')} ({Origin}{(IsOptional ? ", if there" : "")})";
        return Instead == null ? text : $"{text}, else {Instead.File} = {Instead.Value}";
    }
}

/// <summary>A limit that is refused if the current usage is higher (<c>memory.checkBeforeUpdate</c>).</summary>
/// <param name="Limit">Bytes.</param>
/// <param name="WithSwap">Memory and swap together.</param>
/// <param name="Origin">The JSON path that asks for it.</param>
public sealed record MemoryCheck(long Limit, bool WithSwap, string Origin)
{
    public override string ToString() => $"check that {(WithSwap ? "memory.current and memory.swap.current are" : "memory.current is")} below {Limit} ({Origin})";
}

/// <summary>The writes of a plan while it is made, what is wrong with the config, and what the user is to be warned of.</summary>
internal sealed class CgroupWrites
{
    public List<CgroupWrite> All { get; } = [];

    public List<MemoryCheck> Checks { get; } = [];

    public List<string> Problems { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Add(CgroupPhase phase, string controller, string file, string value, string origin) =>
        All.Add(new CgroupWrite(phase, controller, file, value, origin));

    public void Add(CgroupPhase phase, string controller, string file, long value, string origin) =>
        Add(phase, controller, file, value.ToString(), origin);

    /// <summary>The config asks at <paramref name="origin"/> for what cannot be.</summary>
    public void Refuse(string origin, string problem) => Problems.Add($"{origin}: {problem}");

    /// <summary>
    /// The same for what cgroup v2 does not have: config-linux.md, "Unified", wants an error for what cannot be converted, not
    /// silence.
    /// </summary>
    public void RefuseOnV2(string origin, string what) => Refuse(origin, "cgroup v2 has no " + what);
}
