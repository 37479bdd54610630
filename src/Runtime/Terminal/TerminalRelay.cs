// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// Relays bytes between the caller's standard streams and the container's terminal in a poll(2) loop: the descriptors to
/// wait for, and the action for each. The two directions are independent.
/// </summary>
internal sealed class TerminalRelay : IDisposable
{
    public const int MaxInterests = 4;
    private const int BufferSize = 32768;

    // A terminal holds far less (64 KiB, drivers/tty/tty_buffer.c): a process that outlives the program and keeps writing
    // must not delay us.
    private const int MostAfterEnd = 262144;

    private readonly ByteQueue _toProgram = new(BufferSize), _toCaller = new(BufferSize);
    private readonly Fd _master;
    private readonly RawMode? _raw;
    private readonly CallerStream? _output;
    private CallerStream? _input;
    private EndOfInput? _endOfInput;
    private int _sizeSource = -1;

    // Held open so that the terminal survives while the program, or a getty by vhangup(2), has it closed: without a
    // slave, reads of the master fail with EIO.
    private Fd? _slave;
    private bool _outputBroken, _masterBroken, _programEnded, _drained;
    private int _afterEnd;

    private TerminalRelay(Fd master, CallerStream? input, CallerStream? output, RawMode? raw) =>
        (_master, _input, _output, _raw) = (master, input, output, raw);

    /// <summary>After <see cref="EndProgram"/>: the caller has received all output of the program.</summary>
    public bool IsFinished => _programEnded && _drained && _toCaller.IsEmpty;

    /// <summary>Puts the caller's terminal, if any, into raw mode, and gives the container's its size.</summary>
    public static TerminalRelay Begin(Fd master)
    {
        CallerStream? input = CallerStream.TryOpen(StandardStreams.Input), output = CallerStream.TryOpen(StandardStreams.Output);
        // Only a terminal that is our input becomes raw: with another input, ctrl-C there must still signal us.
        var relay = new TerminalRelay(master, input, output, input is { IsTerminal: true } ? RawMode.TryEnter(StandardStreams.Input) : null);
        Descriptors.TrySetNonBlocking(master.Value, true);
        relay.OpenSlave();
        relay.SetUpTranslation();
        for (int stream = StandardStreams.Error; stream >= StandardStreams.Input; stream--)
        {
            if (Terminals.IsTerminal(stream)) relay._sizeSource = stream;
        }
        relay.Resize();
        return relay;
    }

    /// <summary>Sets the size of the container's terminal to the caller's.</summary>
    public void Resize()
    {
        if (_sizeSource < 0 || !_master.IsOpen || Terminals.TryGetSize(_sizeSource, out Terminals.WindowSize size).IsError) return;
        // A caller's terminal without a size (a serial line) leaves the size from consoleSize.
        if (size.Rows != 0 || size.Columns != 0) Terminals.TrySetSize(_master.Value, size);
    }

    /// <summary>After SIGCONT: the shell has changed the modes, and the size may have changed.</summary>
    public void Continue()
    {
        _raw?.Reenter();
        Resize();
    }

    /// <summary>The program has ended: its remaining output is relayed, and no more input is read.</summary>
    public void EndProgram()
    {
        _programEnded = true;
        _masterBroken = false;
        _toProgram.Clear();
        CloseInput();
    }

    /// <summary>Discards the rest instead of waiting for the caller to read it.</summary>
    public void Abandon()
    {
        _drained = true;
        _toCaller.Clear();
    }

    /// <summary>The longest wait, in milliseconds; -1 for no limit.</summary>
    public int Timeout => EndOfInputIsDue ? _endOfInput!.Timeout : -1;

    private bool EndOfInputIsDue => _endOfInput != null && _toProgram.IsEmpty && _master.IsOpen && !_programEnded;

    /// <summary>Fills in the descriptors to poll; returns how many.</summary>
    public int Interests(Span<Descriptors.PollFd> entries)
    {
        int count = 0;
        if (_input != null && _toProgram.HasRoom) entries[count++] = new() { Fd = _input.Fd, Events = PollEvents.POLLIN };
        if (_master.IsOpen && !_masterBroken && !_drained)
        {
            PollEvents events = (_toCaller.HasRoom ? PollEvents.POLLIN : 0) | (_toProgram.IsEmpty ? 0 : PollEvents.POLLOUT);
            if (events != 0) entries[count++] = new() { Fd = _master.Value, Events = events };
        }
        if (_output != null && !_toCaller.IsEmpty) entries[count++] = new() { Fd = _output.Fd, Events = PollEvents.POLLOUT };
        return count;
    }

    /// <summary>Handles the ready entries of <see cref="Interests"/>.</summary>
    public void Serve(ReadOnlySpan<Descriptors.PollFd> entries, bool timedOut)
    {
        foreach (Descriptors.PollFd entry in entries)
        {
            if (entry.Returned == 0) continue;
            if (entry.Fd == _input?.Fd) ReadInput();
            else if (entry.Fd == _output?.Fd) WriteOutput();
            else if ((entry.Returned & PollEvents.POLLOUT) != 0) WriteProgram();
        }
        if (EndOfInputIsDue && (timedOut || !_endOfInput!.WasSaid))
        {
            _endOfInput!.Say(_master, _toProgram);
            WriteProgram();
        }
        // Read regardless of poll(2): after the program's end there may be no more data, which only a read shows.
        ReadProgram();
    }

    public void Dispose()
    {
        _raw?.Dispose();
        _input?.Dispose();
        _output?.Dispose();
        _slave?.Dispose();
        _master.Dispose();
    }

    private void ReadInput()
    {
        Errno errno = _toProgram.TryFill(_input!.Fd, out int count);
        if (count > 0 || errno.Value == Errno.EAGAIN)
        {
            WriteProgram();
            return;
        }
        // In raw mode a terminal has no other end of file than its hangup.
        if (_raw != null) HangUp();
        else _endOfInput = new EndOfInput();
        CloseInput();
    }

    private void WriteProgram()
    {
        while (!_toProgram.IsEmpty && _master.IsOpen)
        {
            Errno errno = _toProgram.TryDrain(_master.Value);
            if (errno.Value == Errno.EAGAIN) return;
            if (errno.IsError) _toProgram.Clear();
        }
    }

    private void ReadProgram()
    {
        while (!_drained && _master.IsOpen && !_masterBroken && _toCaller.HasRoom)
        {
            Errno errno = _toCaller.TryFill(_master.Value, out int count);
            if (count > 0)
            {
                if (_programEnded && (_afterEnd += count) > MostAfterEnd) _drained = true;
                if (_output == null || _outputBroken) _toCaller.Clear();
                else if (_output.WriteLimit == int.MaxValue) WriteOutput();
                continue;
            }
            // n_tty_read() waits for written data before it returns EAGAIN: after the program's end that means the end of
            // output, even if another process still holds the slave.
            _drained = _programEnded;
            if (errno.Value == Errno.EIO && !_programEnded) OpenSlave();
            return;
        }
        if (!_master.IsOpen) _drained = _programEnded;
    }

    private void WriteOutput()
    {
        Errno errno = _toCaller.TryDrain(_output!.Fd, _output.WriteLimit);
        if (!errno.IsError || errno.Value == Errno.EAGAIN) return;
        _outputBroken = true;
        _toCaller.Clear();
        if (errno.Value is Errno.EPIPE or Errno.EIO) HangUp();
        else Log.Warn($"output of the program's terminal was lost: {errno.Describe("write", "standard output")}");
    }

    // The user's end is gone, so the program's terminal hangs up, as when a terminal window closes: SIGHUP, then EIO.
    private void HangUp()
    {
        CloseInput();
        _toProgram.Clear();
        _slave?.Dispose();
        _slave = null;
        _master.Dispose();
    }

    private void CloseInput()
    {
        _input?.Dispose();
        _input = null;
    }

    private void OpenSlave()
    {
        _slave?.Dispose();
        _masterBroken = Terminals.TryOpenPeer(_master.Value, out _slave).IsError;
    }

    // Exactly one of the two terminals turns NL into CR NL. Without a raw terminal, or with an output that is not a
    // terminal, bytes pass as the program wrote them.
    private void SetUpTranslation()
    {
        if (_raw != null && _output is { IsTerminal: true }) return;
        if (Terminals.TryGetAttributes(_master.Value, out Terminals.Termios modes).IsError) return;
        modes.OutputModes &= ~Terminals.Termios.ONLCR;
        Terminals.TrySetAttributes(_master.Value, modes);
    }
}
