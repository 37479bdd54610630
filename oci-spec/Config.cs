// SPDX-License-Identifier: Apache-2.0
// config.md of the runtime specification.
using System.Collections.Generic;

namespace Runcs.OciSpec;

/// <summary>A bundle's <c>config.json</c> (config.md), for Linux; what belongs to other platforms is not read.</summary>
public sealed partial class Config
{
    private Dictionary<string, string>? annotations;

    /// <summary>The SemVer version of the specification that the bundle follows; "" if it is missing.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>The container's process; the specification wants it at start only.</summary>
    public Process? Process { get; set; }

    /// <summary>The root filesystem.</summary>
    public Root? Root { get; set; }

    /// <summary>The hostname in the container's UTS namespace; null leaves it alone.</summary>
    public string? Hostname { get; set; }

    /// <summary>The NIS domain name in the container's UTS namespace; null leaves it alone.</summary>
    public string? Domainname { get; set; }

    /// <summary>Mounts on top of the root, in the order in which they are made.</summary>
    public Mount[] Mounts { get; set; } = [];

    /// <summary>Commands run at points of the lifecycle.</summary>
    public Hooks? Hooks { get; set; }

    /// <summary>Metadata of the user's choice; the only values that may hold NUL characters.</summary>
    public Dictionary<string, string> Annotations
    {
        get => annotations ??= [];
        set => annotations = value;
    }

    /// <summary>What only Linux has (config-linux.md).</summary>
    public Linux? Linux { get; set; }
}
