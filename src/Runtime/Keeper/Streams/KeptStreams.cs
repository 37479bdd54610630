// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Keeper.Logs;
using Runcs.Native;
using Runcs.Supervision;
using Runcs.Terminal;

namespace Runcs.Keeper.Streams;

/// <summary>The streams of a container's program at the keeper: pipes, or the master of a terminal.</summary>
internal sealed class KeptStreams : IDisposable
{
    private readonly EventLoop _loop;
    private readonly bool _terminal, _interactive;
    private readonly OutputHandler _handle;
    private readonly Action _hasRoom;
    private readonly List<Fd> _ofContainer = [];
    private readonly List<OutputSource> _outputs = [];
    private readonly Fd _nothing;
    private readonly Fd? _outputRead, _errorRead, _inputWrite;
    private Fd? _master, _slave;
    private InputSink? _input;
    private int _open;
    private bool _hasEnded;

    /// <param name="loop">The loop.</param>
    /// <param name="terminal">The program gets a terminal.</param>
    /// <param name="interactive">Its input can be given; without it, it is empty.</param>
    /// <param name="handle">Takes the output.</param>
    /// <param name="hasRoom">Called when the input takes bytes again.</param>
    /// <exception cref="RuncsException"/>
    public KeptStreams(EventLoop loop, bool terminal, bool interactive, OutputHandler handle, Action hasRoom)
    {
        (_loop, _terminal, _interactive, _handle, _hasRoom) = (loop, terminal, interactive, handle, hasRoom);
        _nothing = Files.Open("/dev/null", OpenFlags.O_RDWR);
        OfContainer = new ContainerStreams(_nothing.Value, _nothing.Value, _nothing.Value);
        if (terminal) return;
        (_outputRead, Fd output) = Descriptors.Pipe();
        (_errorRead, Fd error) = Descriptors.Pipe();
        _ofContainer.AddRange([output, error]);
        OfContainer = OfContainer with { Output = output.Value, Error = error.Value };
        if (!interactive) return;
        (Fd input, _inputWrite) = Descriptors.Pipe();
        _ofContainer.Add(input);
        OfContainer = OfContainer with { Input = input.Value };
    }

    /// <summary>What the program gets; nothing if it gets a terminal.</summary>
    public ContainerStreams OfContainer { get; }

    /// <summary>The program and all that have its output have closed it.</summary>
    public bool IsDrained => _open == 0;

    /// <summary>Called when all output has been taken.</summary>
    public Action? Drained { get; set; }

    public bool TakesInput => _input == null || _input.HasRoom;

    /// <summary>The descriptors that the clone which makes the container needs.</summary>
    public IEnumerable<int> Kept()
    {
        yield return _nothing.Value;
        foreach (Fd end in _ofContainer) yield return end.Value;
    }

    /// <summary>The container has been created: its ends of pipes are its own.</summary>
    /// <param name="master">Its terminal; this object's.</param>
    /// <exception cref="RuncsException"/>
    public void Begin(Fd? master)
    {
        foreach (Fd end in _ofContainer) end.Dispose();
        _ofContainer.Clear();
        if (!_terminal)
        {
            Add(_outputRead!, LogStream.Output);
            Add(_errorRead!, LogStream.Error);
            if (_inputWrite != null) _input = new InputSink(_loop, _inputWrite, isTerminal: false, _hasRoom);
            return;
        }
        _master = master ?? throw RuncsException.At("process.terminal", "the container sent no terminal");
        // Held open, so that the terminal stays while the program has it closed.
        Terminals.TryOpenPeer(_master.Value, out _slave);
        Add(Descriptors.Duplicate(_master.Value), LogStream.Output, Reopen);
        if (_interactive) _input = new InputSink(_loop, Descriptors.Duplicate(_master.Value), isTerminal: true, _hasRoom);
    }

    public void GiveInput(ReadOnlySpan<byte> data) => _input?.Give(data);

    public void EndInput() => _input?.End();

    public void Resize(ushort rows, ushort columns)
    {
        if (_master != null) Terminals.TrySetSize(_master.Value, new Terminals.WindowSize(rows, columns));
    }

    /// <summary>The program's output stays where it is, and the program waits when that is full.</summary>
    public void HoldOutput(bool holds)
    {
        foreach (OutputSource output in _outputs) output.Hold(holds);
    }

    /// <summary>The container has ended: its output is taken to its end.</summary>
    /// <param name="isComplete">Nobody is left who could write more, or none is waited for.</param>
    public void EndProgram(bool isComplete)
    {
        _hasEnded = true;
        _input?.Dispose();
        _slave?.Dispose();
        _slave = null;
        // The kernel passes what was written to a terminal on before a read finds nothing (n_tty_read()).
        foreach (OutputSource output in _outputs.ToArray()) output.Drain(isComplete || _terminal);
    }

    public void Dispose()
    {
        foreach (OutputSource output in _outputs) output.Dispose();
        foreach (Fd end in _ofContainer) end.Dispose();
        _input?.Dispose();
        foreach (Fd? one in (ReadOnlySpan<Fd?>)[_nothing, _outputRead, _errorRead, _inputWrite, _master, _slave]) one?.Dispose();
    }

    private void Add(Fd source, LogStream stream, Func<bool>? reopens = null)
    {
        _open++;
        _outputs.Add(new OutputSource(_loop, source, stream, _handle, reopens, () =>
        {
            if (--_open == 0) Drained?.Invoke();
        }));
    }

    // As a getty by vhangup(2): the program may open its terminal again.
    private bool Reopen()
    {
        if (_hasEnded) return false;
        _slave?.Dispose();
        return !Terminals.TryOpenPeer(_master!.Value, out _slave).IsError;
    }
}
