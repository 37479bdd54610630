// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Init.Protocol;

/// <summary>The progress of a process towards the user's program.</summary>
public enum InitEvent
{
    /// <summary>The exec stage waits for the start.</summary>
    Ready,

    /// <summary>The mounts are made; the hooks of the runtime's namespaces may run.</summary>
    Mounted,

    /// <summary>Another process is the container's process now.</summary>
    Moved,

    /// <summary>Init waits in its network namespace for the network devices.</summary>
    Networked,

    /// <summary>The seccomp filter has a listener: the parent must pass on the notify descriptor.</summary>
    Listening,

    /// <summary>The program runs, or has run.</summary>
    Executed,
}
