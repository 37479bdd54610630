// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;

namespace Runcs.Containers;

/// <summary>From a bundle to a container that waits for <c>start</c>, or runs.</summary>
public static class Creation
{
    /// <summary><c>create</c>: returns when the container waits for <c>start</c>.</summary>
    /// <exception cref="RuncsException"/>
    public static void Create(CreateOptions options) => throw RuncsException.At("create", "not supported yet");

    /// <summary><c>run</c>: the program's exit code, or 128 and its signal; 0 when detached.</summary>
    /// <exception cref="RuncsException"/>
    public static int Run(CreateOptions options) => throw RuncsException.At("run", "not supported yet");
}
