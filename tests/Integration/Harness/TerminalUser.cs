// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Runcs.Harness;

/// <summary>
/// A command in a terminal, and its user: types, reads the screen, resizes the window, closes the window. The command
/// leads its own session with the terminal as its controlling terminal, like a shell under sshd.
/// </summary>
internal sealed partial class TerminalUser : IDisposable
{
    private readonly Process _process;
    private readonly int _master, _slave;
    private readonly Thread _reader;
    private readonly MemoryStream _screen = new();
    private int _seen;
    private volatile bool _closed;

    /// <summary>
    /// A script for an engine to run in a terminal, for <see cref="UseScript"/>: the engine's client passes input and the
    /// size on only some time after the start.
    /// </summary>
    public const string Script = """
        sized() { until test "$(stty size 2> /dev/null)" = "$1"; do sleep 0.05; done; echo "sized $1"; }
        tty; sized '33 101'; read line; echo "read <$line>"; sized '20 60'
        trap 'echo interrupted; exit 9' INT; echo ready; while :; do sleep 0.05; done
        """;

    /// <param name="redirect">Shell redirections after those to the terminal, such as <c>&lt;/dev/null</c>.</param>
    public TerminalUser(string[] commandLine, int rows = 33, int columns = 101, string redirect = "")
    {
        _master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
        Assert.True(_master >= 0);
        Assert.Equal(0, unlockpt(_master));
        byte[] name = new byte[64];
        Assert.Equal(0, ptsname_r(_master, name, (nuint)name.Length));
        string path = Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        // Held open, so that the terminal and its modes outlive the command.
        _slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
        Assert.True(_slave >= 0);
        Resize(rows, columns);
        OriginalModes = Modes;
        // The first terminal that a session leader opens becomes its controlling terminal. Each descriptor is open for
        // reading and writing, as after a login: ctr reads from its standard error.
        string script = $"exec \"$@\" <>{path} 1<>{path} 2<>{path} {redirect}";
        _process = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", script, "sh", .. commandLine]))!;
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public string OriginalModes { get; }

    /// <summary>The terminal's modes (struct termios) in hexadecimal.</summary>
    public string Modes
    {
        get
        {
            byte[] termios = new byte[64];
            Assert.Equal(0, ioctl(_slave, TCGETS, termios));
            return Convert.ToHexString(termios);
        }
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All output so far.</summary>
    public string Screen => Encoding.UTF8.GetString(Bytes());

    public void Type(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(bytes.Length, (int)write(_master, bytes, (nuint)bytes.Length));
    }

    /// <summary>Waits for the text on the screen, after the text found last.</summary>
    public TerminalUser See(string text)
    {
        Eventually.True(() => Find(text), () => $"no \"{text}\" on the screen: {End(Screen)}");
        return this;

        static string End(string screen) => screen[^Math.Min(2000, screen.Length)..];
    }

    /// <summary>Gives <see cref="Script"/> the input that it waits for, to its end.</summary>
    public void UseScript()
    {
        See("/dev/").See("sized 33 101").Type("words\n");
        See("read <words>").Resize(20, 60);
        See("sized 20 60").See("ready").Type("\x03");
        See("interrupted");
        Assert.Equal(9, Wait());
    }

    public void Resize(int rows, int columns)
    {
        byte[] size = new byte[8];
        BitConverter.TryWriteBytes(size, (ushort)rows);
        BitConverter.TryWriteBytes(size.AsSpan(2), (ushort)columns);
        Assert.Equal(0, ioctl(_master, TIOCSWINSZ, size));
    }

    public void Signal(int signal) => Assert.Equal(0, kill(Pid, signal));

    /// <summary>Closes the window: the terminal hangs up.</summary>
    public void CloseWindow()
    {
        if (_closed)
            return;
        _closed = true;
        // A waiting read would keep the master open.
        _reader.Join();
        _ = close(_slave);
        _ = close(_master);
    }

    /// <summary>Waits for the command's end; its exit code.</summary>
    public int Wait()
    {
        Assert.True(_process.WaitForExit(Patience.Seconds(20)), $"still runs; on the screen: {Screen}");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        CloseWindow();
    }

    private bool Find(string text)
    {
        byte[] bytes = Bytes();
        int at = bytes.AsSpan(_seen).IndexOf(Encoding.UTF8.GetBytes(text));
        if (at < 0)
            return false;
        _seen += at + Encoding.UTF8.GetByteCount(text);
        return true;
    }

    private byte[] Bytes()
    {
        lock (_screen)
            return _screen.ToArray();
    }

    private void Read()
    {
        byte[] buffer = new byte[65536];
        PollFd poll = new() { Fd = _master, Events = POLLIN };
        while (!_closed)
        {
            if (TerminalUser.poll(ref poll, 1, 20) == 0)
                continue;
            nint count = read(_master, buffer, (nuint)buffer.Length);
            // A signal key may flush the input between poll(2) and the read.
            if (count < 0 && Marshal.GetLastPInvokeError() == EAGAIN)
                continue;
            if (count <= 0)
                return;
            lock (_screen)
                _screen.Write(buffer, 0, (int)count);
        }
    }

    private const int O_RDWR = 2, O_NOCTTY = 0x100, O_CLOEXEC = 0x80000, O_NONBLOCK = 0x800, EAGAIN = 11;
    private const short POLLIN = 1;
    private const nuint TCGETS = 0x5401, TIOCSWINSZ = 0x5414;

    private struct PollFd
    {
        public int Fd;
        public short Events, Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollFd entries, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int fd);

    [LibraryImport("libc")]
    private static partial int ptsname_r(int fd, byte[] name, nuint size);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, byte[] argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte[] buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte[] buffer, nuint count);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
