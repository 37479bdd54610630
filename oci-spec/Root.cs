// SPDX-License-Identifier: Apache-2.0
// config.md, "Root" and "Mounts".

namespace Runcs.OciSpec;

/// <summary>The root filesystem.</summary>
public sealed partial class Root
{
    /// <summary>The directory, absolute or relative to the bundle.</summary>
    public string Path { get; set; } = "";

    /// <summary>The root is read-only inside the container.</summary>
    public bool Readonly { get; set; }
}

/// <summary>A mount on top of the root filesystem.</summary>
public sealed partial class Mount
{
    /// <summary>Where it goes, absolute, inside the container.</summary>
    public string Destination { get; set; } = "";

    /// <summary>The filesystem type; means nothing with the options <c>bind</c> and <c>rbind</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>A device name, a path (absolute or relative to the bundle), or a name that says nothing.</summary>
    public string Source { get; set; } = "";

    /// <summary>Options as for mount(8).</summary>
    public string[] Options { get; set; } = [];

    /// <summary>User ids of an idmapped mount.</summary>
    public LinuxIDMapping[] UidMappings { get; set; } = [];

    /// <summary>Group ids of an idmapped mount.</summary>
    public LinuxIDMapping[] GidMappings { get; set; } = [];
}
