// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// The caller's terminal in raw mode while it is relayed: no echo, no translation, no signals. Disposing restores it.
/// </summary>
internal sealed class RawMode : IDisposable
{
    private readonly int _terminal;
    private readonly Terminals.Termios _original;

    private RawMode(int terminal, in Terminals.Termios original) => (_terminal, _original) = (terminal, original);

    /// <summary>
    /// Null if the descriptor is not a terminal. In the background this stops the process (SIGTTOU) until it is in the
    /// foreground, as with every program that changes the terminal's modes.
    /// </summary>
    public static RawMode? TryEnter(int terminal)
    {
        if (Terminals.TryGetAttributes(terminal, out Terminals.Termios original).IsError) return null;
        return Terminals.TrySetAttributes(terminal, original.Raw()).IsError ? null : new(terminal, original);
    }

    /// <summary>After a stop, in which the shell has changed the modes.</summary>
    public void Reenter()
    {
        if (Terminals.IsForeground(_terminal)) Terminals.TrySetAttributes(_terminal, _original.Raw());
    }

    /// <summary>In the background the terminal belongs to another program with its own modes, so it is left unchanged.</summary>
    public void Dispose()
    {
        if (Terminals.IsForeground(_terminal)) Terminals.TrySetAttributes(_terminal, _original);
    }
}
