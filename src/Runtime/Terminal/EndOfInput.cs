// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// How the end of an input that is a file or a pipe becomes known to a program that reads a terminal: by the character a
/// user would type. That has to be said again when the program has changed its terminal's modes, as a shell does for each
/// line it edits: what was typed ahead as an end of file is then a null byte (n_tty_set_termios()).
/// </summary>
internal sealed class EndOfInput
{
    private const int FirstLook = 10, LastLook = 1000;

    private (bool Lines, bool Text) _saidFor;
    private int _look;

    /// <summary>When to look at the modes again, in milliseconds as poll(2) takes them.</summary>
    public int Timeout => _look;

    public bool WasSaid => _look != 0;

    /// <summary>Puts the characters that say it for a terminal's present modes, unless they have been said for these.</summary>
    public void Say(Fd master, ByteQueue toProgram)
    {
        _look = _look == 0 ? FirstLook : Math.Min(_look * 2, LastLook);
        if (Terminals.TryGetAttributes(master.Value, out Terminals.Termios modes).IsError) return;
        bool lines = (modes.LocalModes & Terminals.Termios.ICANON) != 0, text = (modes.OutputModes & Terminals.Termios.OPOST) != 0;
        if (_saidFor == (lines, text)) return;
        _saidFor = (lines, text);
        byte character = modes.Characters[Terminals.Termios.VEOF];
        // A program that has made its terminal fully raw reads bytes: to it the character would be data. Line editors, which
        // take it for what it says, leave the translation of output on.
        if (_saidFor == default || character == 0) return;
        // In the middle of a line the first only hands over what was typed so far (termios(3), VEOF).
        if (lines && toProgram.LastPut is not (null or (byte)'\n')) toProgram.Put(character);
        toProgram.Put(character);
    }
}
