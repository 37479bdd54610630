// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>
/// The signals by which a user stops a command. While the command makes changes they are held in a descriptor, so that it
/// can roll back. Disposing discards the received ones, which were meant for the command, and unblocks the next.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Signals.Set _before;

    private Interrupts(Fd descriptor, Signals.Set before) => (Descriptor, _before) = (descriptor, before);

    /// <summary>Readable once a signal has arrived.</summary>
    public Fd Descriptor { get; }

    /// <exception cref="RuncsException"/>
    public static Interrupts Take()
    {
        Signals.Set set = default(Signals.Set).With(Processes.SIGHUP).With(Processes.SIGINT).With(Signals.SIGQUIT).With(Processes.SIGTERM);
        Fd descriptor = Signals.Open(set);
        return new Interrupts(descriptor, Signals.Block(set));
    }

    public void Dispose()
    {
        while (Signals.TryTake(Descriptor.Value, out _)) { }
        Signals.SetMask(_before);
        Descriptor.Dispose();
    }
}
