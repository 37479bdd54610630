// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec;

/// <summary>The status of a container (runtime.md, "State").</summary>
public static class ContainerStatus
{
    /// <summary><c>create</c> is in progress.</summary>
    public const string Creating = "creating";

    /// <summary><c>create</c> is done, <c>start</c> has not been called.</summary>
    public const string Created = "created";

    /// <summary>The program was started and has not ended.</summary>
    public const string Running = "running";

    /// <summary>The program has ended.</summary>
    public const string Stopped = "stopped";

    /// <summary>The container is frozen. The specification has no such status; it is runc's, and engines match it.</summary>
    public const string Paused = "paused";
}
