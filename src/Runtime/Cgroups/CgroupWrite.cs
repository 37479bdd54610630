// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>One value for one file of the container's cgroup.</summary>
/// <param name="Phase">When.</param>
/// <param name="Controller">Which controller the file belongs to.</param>
/// <param name="File">The file's name.</param>
/// <param name="Value">What is written, in one write(2).</param>
/// <param name="JsonPath">The JSON path that asks for it.</param>
public sealed record CgroupWrite(CgroupPhase Phase, string Controller, string File, string Value, string JsonPath)
{
    /// <summary>Without the file the kernel behaves as the value asks.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Why the file may be missing; empty if unknown.</summary>
    public string WhyMissing { get; init; } = "";

    /// <summary>Why the kernel may refuse the value as invalid; empty if unknown.</summary>
    public string WhyInvalid { get; init; } = "";

    /// <summary>The value for a host that does not have the file.</summary>
    public CgroupWrite? Instead { get; init; }

    /// <summary>
    /// The kernel compares the value with another one that may not be written yet (a quota and its period, memory and memory
    /// with swap): after EINVAL it is written again after the others.
    /// </summary>
    public bool MayWait { get; init; }

    public override string ToString()
    {
        string text = $"{Phase}: {File} = {Value.TrimEnd('\n')} ({JsonPath}{(IsOptional ? ", if there" : "")})";
        return Instead == null ? text : $"{text}, else {Instead.File} = {Instead.Value}";
    }
}
