// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>The descriptors above standard error that the caller passes to the container's program.</summary>
internal static class InheritedDescriptors
{
    private const int First = 3;

    /// <summary>
    /// The number of sockets passed by a service manager (sd_listen_fds(3)): <c>LISTEN_FDS</c>, if <c>LISTEN_PID</c> is
    /// this process.
    /// </summary>
    public static int Listening()
    {
        if (!int.TryParse(ProcessEnvironment.Variable("LISTEN_PID"), out int pid) || pid != Processes.GetPid()) return 0;
        return int.TryParse(ProcessEnvironment.Variable("LISTEN_FDS"), out int count) && count > 0 ? count : 0;
    }

    /// <summary>
    /// Requires all of them to be open: a descriptor of our own could otherwise get the number and be passed to the
    /// program. Our own descriptors are close-on-exec; inherited ones cannot be.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static void Require(int listening, int preserved)
    {
        // In 64 bits: both numbers come from the caller, and with an overflowing sum nothing would be checked.
        for (long i = 0; i < (long)listening + preserved; i++)
        {
            if (!Descriptors.IsInherited((int)(First + i)))
                throw RuncsException.At(i < listening ? "LISTEN_FDS" : "--preserve-fds", $"descriptor {First + i} is not open");
        }
    }
}
