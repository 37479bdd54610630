// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary>The signals by which a user stops a command. While one changes things, they wait, so that it can undo them.</summary>
internal static class Interrupts
{
    /// <summary>Blocks them; the descriptor is readable once one has come.</summary>
    /// <exception cref="SyscallException"/>
    internal static Fd Take()
    {
        Native.Signals.Set set = default(Native.Signals.Set).With(Processes.SIGHUP).With(Processes.SIGINT).With(Native.Signals.SIGQUIT).With(Processes.SIGTERM);
        Fd descriptor = Native.Signals.Open(set);
        Native.Signals.Block(set);
        return descriptor;
    }
}
