// SPDX-License-Identifier: Apache-2.0
// runtime.md, "State".
using System.Collections.Generic;

namespace Runcs.OciSpec;

/// <summary>What hooks get on standard input, and what <c>state</c> must tell.</summary>
public sealed partial class State
{
    private Dictionary<string, string>? annotations;

    /// <summary>The version of the specification that the state follows.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>The container's id.</summary>
    public string Id { get; set; } = "";

    /// <summary>One of <see cref="ContainerStatus"/>.</summary>
    public string Status { get; set; } = "";

    /// <summary>The process as the reader's pid namespace sees it; 0 for none.</summary>
    public int Pid { get; set; }

    /// <summary>The bundle, absolute.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>Those of the config.</summary>
    public Dictionary<string, string> Annotations
    {
        get => annotations ??= [];
        set => annotations = value;
    }
}
