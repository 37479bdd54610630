// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// Signals the end of an input that is a file or a pipe to a program that reads a terminal, by the end-of-file character.
/// It must be sent again after the program has changed its terminal's modes, as a shell does for each line it edits: an
/// earlier end-of-file character has then become a null byte (n_tty_set_termios()).
/// </summary>
internal sealed class EndOfInput
{
    private const int FirstLook = 10, LastLook = 1000;

    private (bool Lines, bool Text) _saidFor;
    private int _look;

    /// <summary>The time until the next check of the modes, in milliseconds as for poll(2).</summary>
    public int Timeout => _look;

    public bool WasSaid => _look != 0;

    /// <summary>Sends the end-of-file characters for the terminal's present modes, unless it has done so for these modes.</summary>
    public void Say(Fd master, ByteQueue toProgram)
    {
        _look = _look == 0 ? FirstLook : Math.Min(_look * 2, LastLook);
        if (Terminals.TryGetAttributes(master.Value, out Terminals.Termios modes).IsError) return;
        bool lines = (modes.LocalModes & Terminals.Termios.ICANON) != 0, text = (modes.OutputModes & Terminals.Termios.OPOST) != 0;
        if (_saidFor == (lines, text)) return;
        _saidFor = (lines, text);
        byte character = modes.Characters[Terminals.Termios.VEOF];
        // In raw mode the character would be data for a program that reads bytes. Line editors, which interpret it, keep
        // output translation on.
        if (_saidFor == default || character == 0) return;
        // In the middle of a line the first one only submits the text so far (termios(3), VEOF).
        if (lines && toProgram.LastPut is not (null or (byte)'\n')) toProgram.Put(character);
        toProgram.Put(character);
    }
}
