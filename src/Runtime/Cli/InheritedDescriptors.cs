// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>The descriptors above standard error that our caller gave us for the container's program.</summary>
internal static class InheritedDescriptors
{
    private const int First = 3;

    /// <summary>
    /// How many sockets a service manager gave us (sd_listen_fds(3)): <c>LISTEN_FDS</c>, if <c>LISTEN_PID</c> says that it is
    /// meant for this process.
    /// </summary>
    public static int Listening()
    {
        if (!int.TryParse(ProcessEnvironment.Variable("LISTEN_PID"), out int pid) || pid != Processes.GetPid()) return 0;
        return int.TryParse(ProcessEnvironment.Variable("LISTEN_FDS"), out int count) && count > 0 ? count : 0;
    }

    /// <summary>
    /// All of them must be there, or a descriptor of our own would take the number and be handed to the program. What we
    /// opened ourselves is close-on-exec, what we were given cannot be.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static void Require(int listening, int preserved)
    {
        // As 64 bits: both numbers are the caller's, and a sum that overflows would check none and keep all.
        for (long i = 0; i < (long)listening + preserved; i++)
        {
            if (!Descriptors.IsInherited((int)(First + i)))
                throw RuncsException.At(i < listening ? "LISTEN_FDS" : "--preserve-fds", $"descriptor {First + i} is not open");
        }
    }
}
