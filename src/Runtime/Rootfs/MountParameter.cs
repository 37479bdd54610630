// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>One parameter of a file system, as fsconfig(2) takes it; a flag when <paramref name="Value"/> is null.</summary>
public readonly record struct MountParameter(string Key, string? Value)
{
    /// <summary>A label of SELinux (mount(8), "context="): mount(2) wants it in quotes for its commas, fsconfig(2) as it is.</summary>
    internal bool IsContext => Key is "context" or "fscontext" or "defcontext" or "rootcontext";
}
