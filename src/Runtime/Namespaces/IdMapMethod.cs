// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Namespaces;

/// <summary>Who writes the id map of a new user namespace (user_namespaces(7), "Defining user and group ID mappings").</summary>
public enum IdMapMethod
{
    /// <summary>runcs, which has CAP_SETUID or CAP_SETGID.</summary>
    Write,

    /// <summary>runcs, without a capability: the map has the caller's own id alone. A gid map then costs setgroups(2).</summary>
    WriteOwn,

    /// <summary>newuidmap(1) or newgidmap(1), which /etc/subuid and /etc/subgid allow the ranges of the caller.</summary>
    Helper,
}
