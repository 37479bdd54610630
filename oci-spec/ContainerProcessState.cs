// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "The Container Process State".

namespace Runcs.OciSpec;

/// <summary>What goes to a seccomp listener beside the descriptors.</summary>
public sealed partial class ContainerProcessState
{
    /// <summary>The version of the specification that the state follows.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>The names of the descriptors, in their order; <c>seccompFd</c> is the filter's.</summary>
    public string[] Fds { get; set; } = [];

    /// <summary>The process as the runtime sees it.</summary>
    public int Pid { get; set; }

    /// <summary><see cref="LinuxSeccomp.ListenerMetadata"/>.</summary>
    public string Metadata { get; set; } = "";

    /// <summary>The container's state.</summary>
    public State State { get; set; } = new();
}
