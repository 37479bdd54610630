// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Init.Protocol;

/// <summary>How far a process has come on its way to the user's program.</summary>
public enum InitEvent
{
    /// <summary>The exec stage waits for the start.</summary>
    Ready,

    /// <summary>The mounts are made; the hooks of the runtime's namespaces may run.</summary>
    Mounted,

    /// <summary>The container's process is another one now.</summary>
    Moved,

    /// <summary>The network devices may be brought.</summary>
    Networked,

    /// <summary>The seccomp filter has a listener, which the parent passes on.</summary>
    Listening,

    /// <summary>The program runs, or has run.</summary>
    Executed,
}
