// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tmds.Linux;
using static Runcs.Native.OpenFlags;

namespace Runcs.Native;

/// <summary>Terminals and pseudoterminals: ioctl_tty(2), TIOCSWINSZ(2const), TIOCGPTPEER(2const), termios(3).</summary>
public static unsafe partial class Terminals
{
    private const nuint TCGETS = 0x5401, TCSETS = 0x5402, TIOCSCTTY = 0x540E, TIOCGPGRP = 0x540F, TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414,
        TIOCGPTPEER = 0x5441, TIOCSPTLCK = 0x40045431, TIOCGPTN = 0x80045430;

    /// <summary>
    /// The device number of the pseudoterminal multiplexer, in every devpts (Documentation/filesystems/devpts.rst).
    /// </summary>
    public static (uint Major, uint Minor) MultiplexerDevice => (5, 2);

    /// <summary>struct winsize: rows and columns of characters; the pixels are unused.</summary>
    public record struct WindowSize(ushort Rows, ushort Columns, ushort WidthPixels = 0, ushort HeightPixels = 0);

    /// <summary>The kernel's struct termios for TCGETS and TCSETS (glibc's is longer).</summary>
    public struct Termios
    {
        public const uint BRKINT = 2, IGNBRK = 1, PARMRK = 8, ISTRIP = 0x20, INLCR = 0x40, IGNCR = 0x80, ICRNL = 0x100, IXON = 0x400;
        public const uint OPOST = 1, ONLCR = 4;
        public const uint CSIZE = 0x30, CS8 = 0x30, PARENB = 0x100;
        public const uint ISIG = 1, ICANON = 2, ECHO = 8, ECHONL = 0x40, IEXTEN = 0x8000;
        public const int VEOF = 4, VTIME = 5, VMIN = 6;

        public uint InputModes, OutputModes, ControlModes, LocalModes;
        public byte LineDiscipline;
        public ControlCharacters Characters;

        /// <summary>Passes every byte unchanged in both directions, as cfmakeraw(3) sets it.</summary>
        public readonly Termios Raw()
        {
            Termios raw = this;
            raw.InputModes &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
            raw.OutputModes &= ~OPOST;
            raw.LocalModes &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
            raw.ControlModes = (raw.ControlModes & ~(CSIZE | PARENB)) | CS8;
            raw.Characters[VMIN] = 1;
            raw.Characters[VTIME] = 0;
            return raw;
        }
    }

    /// <summary>c_cc.</summary>
    [InlineArray(19)]
    public struct ControlCharacters
    {
        private byte _first;
    }

    public static bool IsTerminal(int fd) => !TryGetAttributes(fd, out _).IsError;

    /// <summary>tcgetattr(3); on a master, the slave's.</summary>
    public static Errno TryGetAttributes(int fd, out Termios attributes)
    {
        fixed (Termios* p = &attributes) return ioctl(fd, TCGETS, p) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>
    /// tcsetattr(3) with TCSANOW: at once, without discarding data. From the background it raises SIGTTOU unless that is
    /// blocked.
    /// </summary>
    public static Errno TrySetAttributes(int fd, in Termios attributes)
    {
        int result;
        fixed (Termios* p = &attributes)
            do result = ioctl(fd, TCSETS, p); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return result < 0 ? Errno.Last : Errno.None;
    }

    public static Errno TryGetSize(int fd, out WindowSize size)
    {
        fixed (WindowSize* p = &size) return ioctl(fd, TIOCGWINSZ, p) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Sets the size; the foreground process group gets SIGWINCH if the size changes.</summary>
    public static Errno TrySetSize(int fd, WindowSize size) => ioctl(fd, TIOCSWINSZ, &size) < 0 ? Errno.Last : Errno.None;

    /// <summary>
    /// Whether the caller may use the terminal: its process group is in the foreground, or it is not subject to job
    /// control.
    /// </summary>
    public static bool IsForeground(int fd)
    {
        int group;
        return ioctl(fd, TIOCGPGRP, &group) < 0 || group == LibC.getpgrp();
    }

    /// <summary>Makes the terminal the controlling terminal of the caller, a session leader without one.</summary>
    public static Errno TrySetControlling(int fd) => ioctl(fd, TIOCSCTTY, null) < 0 ? Errno.Last : Errno.None;

    /// <summary>Unlocks the slave of a new master (unlockpt(3)).</summary>
    public static Errno TryUnlock(int master)
    {
        int locked = 0;
        return ioctl(master, TIOCSPTLCK, &locked) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>The slave's number: the N of <c>/dev/pts/N</c> in the master's devpts.</summary>
    public static Errno TryGetNumber(int master, out int number)
    {
        fixed (int* p = &number) return ioctl(master, TIOCGPTN, p) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Opens the slave of a master without a path (Linux 4.13), never as controlling terminal.</summary>
    public static Errno TryOpenPeer(int master, out Fd? slave)
    {
        int result = ioctl(master, TIOCGPTPEER, (void*)(nint)(O_RDWR | O_NOCTTY | O_CLOEXEC));
        slave = result < 0 ? null : new Fd(result);
        return result < 0 ? Errno.Last : Errno.None;
    }

    private static int ioctl(int fd, nuint request, void* argument) => LibC.ioctl(fd, unchecked((int)request), argument);
}
