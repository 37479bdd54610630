// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Rootfs;

/// <summary>One entry of <c>mounts</c>.</summary>
/// <param name="JsonPath">Its JSON path.</param>
/// <param name="Destination">Absolute and lexically clean, inside the container.</param>
/// <param name="Source">For a bind an absolute host path, else the source that mountinfo shows.</param>
/// <param name="LateReadonly">Becomes read-only only at the end, since the runtime still has to write there.</param>
public sealed record MountStep(
    string JsonPath, MountKind Kind, string Destination, string Type, string Source, MountOptions Options, bool LateReadonly)
{
    /// <summary>Its index in the plan's mounts.</summary>
    public int Index { get; init; }

    /// <summary>The configuration of the file system, its source first, without the label.</summary>
    public MountParameter[] Parameters { get; init; } = [];

    /// <summary>A tmpfs gets the mode of the directory that it covers, since the config has none.</summary>
    public bool CopiesMode { get; init; }

    /// <summary>It is made by mount(2), because fsconfig(2) does not accept all of its options.</summary>
    public bool NeedsLegacy { get; init; }

    /// <summary>The kernel may refuse it in the container's user namespace; then it is replaced (<see cref="RefusedMounts"/>).</summary>
    public bool MayBeRefused { get; init; }

    /// <summary>On cgroup v1, the tmpfs with a directory for each hierarchy.</summary>
    public MountStep? Shelf { get; init; }

    /// <summary>The mapping of its files' ids; null for none.</summary>
    public MountIdMapping? IdMapping { get; init; }

    /// <summary>The SELinux context of all its files; "" for none.</summary>
    public string Label { get; init; } = "";

    /// <summary>The label is a parameter of the file system; for mqueue it is an attribute of its root.</summary>
    public bool HasLabelAsParameter => Label.Length > 0 && Type != "mqueue";

    /// <summary>Its file system is not a virtual one of the kernel, so its source or its parameters may be paths.</summary>
    public bool ReadsPaths => Kind == MountKind.FileSystem && Type is not ("proc" or "tmpfs" or "devpts" or "mqueue" or "sysfs" or "cgroup" or "cgroup2");
}
