// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Shim.Messages;

/// <summary>The state of a process (Status of containerd.v1.types).</summary>
internal enum ProcessStatus
{
    Unknown = 0,
    Created = 1,
    Running = 2,
    Stopped = 3,
    Paused = 4,
    Pausing = 5,
}
