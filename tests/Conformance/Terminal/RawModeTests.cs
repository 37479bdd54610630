// SPDX-License-Identifier: Apache-2.0
using static Runcs.Native.Terminals;

namespace Runcs.Conformance.Terminal;

/// <summary>cfmakeraw(3).</summary>
public class RawModeTests
{
    [Fact]
    public void Raw_turns_off_what_changes_bytes_and_leaves_the_rest()
    {
        const uint Imaxbel = 0x2000, Brkint = 2, Icrnl = 0x100, Ixon = 0x400, Baud = 0xf, Parenb = 0x100, Cs7 = 0x20, Tostop = 0x100;
        Termios modes = new()
        {
            InputModes = Imaxbel | Brkint | Icrnl | Ixon,
            OutputModes = Termios.OPOST | Termios.ONLCR,
            ControlModes = Baud | Parenb | Cs7,
            LocalModes = Termios.ISIG | Termios.ICANON | Termios.ECHO | Termios.IEXTEN | Tostop,
        };
        modes.Characters[Termios.VEOF] = 4;
        modes.Characters[Termios.VTIME] = 9;
        Termios raw = modes.Raw();
        Assert.Equal((Imaxbel, Termios.ONLCR, Baud | Termios.CS8, Tostop), (raw.InputModes, raw.OutputModes, raw.ControlModes, raw.LocalModes));
        Assert.Equal((4, 0, 1), (raw.Characters[Termios.VEOF], raw.Characters[Termios.VTIME], raw.Characters[Termios.VMIN]));
        Assert.Equal(4, modes.Characters[Termios.VEOF]);
    }
}
