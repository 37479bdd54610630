// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// The caller's terminal while it is only a wire to the container's: nothing is echoed, translated or made a signal.
/// Disposing gives it back as it was.
/// </summary>
internal sealed class RawMode : IDisposable
{
    private readonly int _terminal;
    private readonly Terminals.Termios _original;

    private RawMode(int terminal, in Terminals.Termios original) => (_terminal, _original) = (terminal, original);

    /// <summary>
    /// Null if the descriptor is no terminal. In a shell's background this stops the process (SIGTTOU) until it is brought
    /// to the foreground, as with every program that takes the terminal over.
    /// </summary>
    public static RawMode? TryEnter(int terminal)
    {
        if (Terminals.TryGetAttributes(terminal, out Terminals.Termios original).IsError) return null;
        return Terminals.TrySetAttributes(terminal, original.Raw()).IsError ? null : new(terminal, original);
    }

    /// <summary>After a stop the shell has set the terminal as it likes it.</summary>
    public void Reenter()
    {
        if (Terminals.IsForeground(_terminal)) Terminals.TrySetAttributes(_terminal, _original.Raw());
    }

    /// <summary>In the background the terminal is another program's, which has set it up: then it is left alone.</summary>
    public void Dispose()
    {
        if (Terminals.IsForeground(_terminal)) Terminals.TrySetAttributes(_terminal, _original);
    }
}
