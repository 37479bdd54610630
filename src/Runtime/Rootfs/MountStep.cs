// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Rootfs;

/// <summary>One entry of <c>mounts</c>.</summary>
/// <param name="JsonPath">Its JSON path.</param>
/// <param name="Destination">Absolute and lexically clean, inside the container.</param>
/// <param name="Source">For a bind an absolute host path, else what mountinfo is to show.</param>
/// <param name="LateReadonly">Becomes read-only only at the end, since the runtime itself still has to write there.</param>
public sealed record MountStep(
    string JsonPath, MountKind Kind, string Destination, string Type, string Source, MountOptions Options, bool LateReadonly)
{
    /// <summary>Its place among the plan's mounts.</summary>
    public int Index { get; init; }

    /// <summary>What the file system is configured with, its source first; the label comes besides.</summary>
    public IReadOnlyList<MountParameter> Parameters { get; init; } = [];

    /// <summary>A tmpfs gets the mode of the directory that it covers, since the config has none.</summary>
    public bool CopiesMode { get; init; }

    /// <summary>It is made by mount(2): fsconfig(2) cannot say all of it.</summary>
    public bool NeedsLegacy { get; init; }

    /// <summary>On cgroup v1, the tmpfs that has a directory for each hierarchy.</summary>
    public MountStep? Shelf { get; init; }

    /// <summary>How its files' ids are shown; null for as they are.</summary>
    public MountIdMapping? IdMapping { get; init; }

    /// <summary>The SELinux context of all its files; "" for none.</summary>
    public string Label { get; init; } = "";

    /// <summary>The label is told to the file system; mqueue's is an attribute of its root.</summary>
    public bool HasLabelAsParameter => Label.Length > 0 && Type != "mqueue";

    /// <summary>Its file system is not one of the kernel's own making, so its source or its parameters may be paths.</summary>
    public bool ReadsPaths => Kind == MountKind.FileSystem && Type is not ("proc" or "tmpfs" or "devpts" or "mqueue" or "sysfs" or "cgroup" or "cgroup2");
}
