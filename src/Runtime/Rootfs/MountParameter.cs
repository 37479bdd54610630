// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>One parameter of a file system, as fsconfig(2) takes it; a flag if <paramref name="Value"/> is null.</summary>
public readonly record struct MountParameter(string Key, string? Value)
{
    /// <summary>An SELinux context (mount(8), "context="): for mount(2) its commas must be quoted, for fsconfig(2) not.</summary>
    internal bool IsContext => Key is "context" or "fscontext" or "defcontext" or "rootcontext";
}
