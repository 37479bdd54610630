// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Containers;

/// <summary>The errors for a memory limit that is too small.</summary>
internal static class OutOfMemory
{
    /// <summary>The program was killed while it ran.</summary>
    internal const string AtRun = "the container was killed by the OOM killer: raise linux.resources.memory.limit";

    /// <summary>The container's first process was killed before its program ran; runc's message.</summary>
    internal static RuncsException AtStart(Exception? cause)
    {
        const string Message = "unable to start container process: container init was OOM-killed (memory limit too low?): raise linux.resources.memory.limit";
        return cause == null ? new RuncsException(Message) : new RuncsException(Message, cause);
    }
}
