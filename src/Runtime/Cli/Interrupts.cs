// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>
/// The signals by which a user stops a command. While it changes things they wait in a descriptor, so that it can undo them.
/// Disposing takes those that have come, which were meant for the command, and lets the next ones through.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Signals.Set _before;

    private Interrupts(Fd descriptor, Signals.Set before) => (Descriptor, _before) = (descriptor, before);

    /// <summary>Readable once one has come.</summary>
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
