// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>The part of the state that does not change during the container's life (runtime.md, "State").</summary>
/// <param name="Annotations">The annotations of the config; null for none.</param>
public sealed record StateDocument(string OciVersion, string Id, string Bundle, Dictionary<string, string>? Annotations)
{
    /// <summary>The state that hooks and a seccomp agent read.</summary>
    /// <param name="status">One of <see cref="ContainerStatus"/>.</param>
    /// <param name="pid">Of the container's init, in the reader's pid namespace; 0 for none.</param>
    public State With(string status, int pid)
    {
        var state = new State { OciVersion = OciVersion, Id = Id, Status = status, Pid = pid, Bundle = Bundle };
        if (Annotations != null) state.Annotations = Annotations;
        return state;
    }
}
