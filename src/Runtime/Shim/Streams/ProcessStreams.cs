// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Supervision;
using Runcs.Terminal;
using static Runcs.Native.OpenFlags;

namespace Runcs.Shim.Streams;

/// <summary>
/// The standard streams of one process between the client and the container: opened before the process is made, copied while
/// it runs, and drained when it has ended. The container has ends of pipes or a terminal, never the client's files.
/// </summary>
internal sealed class ProcessStreams : IDisposable
{
    private readonly EventLoop _loop;
    private readonly StdioRequest _request;
    private readonly List<Fd> _ofContainer = [];
    private readonly List<(Fd Source, OutputTarget Target)> _outputs = [];
    private readonly List<StreamCopy> _copies = [];
    private Fd? _nothing, _input, _heldInput, _inputPipe, _master;
    private Logging? _logger;
    private StreamCopy? _inputCopy;
    private OutputTargets? _targets;
    private Action<ProcessStreams, string?>? _ready;
    private int _open;
    private bool _disposed;

    private ProcessStreams(EventLoop loop, StdioRequest request) => (_loop, _request) = (loop, request);

    /// <summary>What the process gets, unless it has a terminal.</summary>
    public ContainerStreams OfContainer { get; private set; }

    /// <summary>For a process with a terminal.</summary>
    private ContainerStreams Nothing => new(_nothing!.Value, _nothing.Value, _nothing.Value);

    /// <summary>The process's standard input, output and error.</summary>
    public ContainerStreams OfProcess => _request.Terminal ? Nothing : OfContainer;

    /// <summary>The descriptors that the clone which makes the process needs.</summary>
    public int[] Kept()
    {
        var kept = new List<int> { _nothing!.Value };
        foreach (Fd end in _ofContainer) kept.Add(end.Value);
        return kept.ToArray();
    }

    /// <summary>Called when all output of the process has been passed on, once <see cref="IsDrained"/>.</summary>
    public Action? Drained { get; set; }

    /// <summary>The process and all that have inherited its output have closed it, and a logger has ended.</summary>
    public bool IsDrained => _open == 0;

    /// <inheritdoc cref="OutputTarget.HasUnread"/>
    public bool HasUnread => _targets is { HasUnread: true };

    /// <summary>A logger is not ready yet, or the client has not opened its FIFOs.</summary>
    public bool IsAwaited => _ready != null;

    /// <summary>Does not wait any longer: the streams count as such that cannot be used.</summary>
    public void GiveUp(string reason) => Answer(reason);

    /// <summary>Opens the client's side and makes the container's.</summary>
    /// <param name="loop">Copies.</param>
    /// <param name="children">Watches a logger.</param>
    /// <param name="request">What the client wants.</param>
    /// <param name="owner">The uid and gid that pipes get, so that a user who is not root can open /dev/stdout again; null for ours.</param>
    /// <param name="containerId">For a logger.</param>
    /// <param name="containerdNamespace">For a logger.</param>
    /// <param name="ready">Called when the client has opened its FIFOs or a logger is ready, or at once; with the reason if it never will be.</param>
    /// <exception cref="RuncsException"/>
    public static ProcessStreams Open(EventLoop loop, Children children, StdioRequest request, (uint Uid, uint Gid)? owner, string containerId, string containerdNamespace, Action<ProcessStreams, string?> ready)
    {
        var streams = new ProcessStreams(loop, request) { _ready = ready };
        try
        {
            streams._nothing = Files.Open("/dev/null", O_RDWR);
            StreamUri? output = request.Output.Length == 0 ? null : StreamUri.Parse(request.Output);
            if (output is { Scheme: "binary" or "binary-v2" })
            {
                streams.OpenLogger(new Logging(loop, children, output, containerId, containerdNamespace, owner, streams.Answer, streams.EndOutput), owner);
                return streams;
            }
            StreamUri? error = request.Error.Length == 0 || request.Terminal ? null : StreamUri.Parse(request.Error);
            streams._targets = new OutputTargets(loop, output, error);
            streams._targets.Open(failure =>
            {
                if (failure == null && streams.IsAwaited) streams.OpenPipes(owner);
                streams.Answer(failure);
            });
            return streams;
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    /// <summary>The process has been made: the container's ends are its own now, and the copying begins.</summary>
    /// <param name="master">Its terminal; null for none. This object's.</param>
    /// <exception cref="RuncsException"/>
    public void Begin(Fd? master)
    {
        if (master != null) BeginTerminal(master);
        foreach (Fd end in _ofContainer) end.Dispose();
        _ofContainer.Clear();
        foreach ((Fd source, OutputTarget target) in _outputs) Copy(source, target.TakeWriter(), splices: !target.IsFile);
        _outputs.Clear();
        if (_input != null && _inputPipe != null)
        {
            _inputCopy = new StreamCopy(_loop, _input, _inputPipe, splices: true, () => _inputCopy = null);
            (_input, _inputPipe) = (null, null);
        }
    }

    /// <summary>Closes our own writing end of the client's FIFO: the process sees the end of its input when the client closes it too.</summary>
    public void CloseInput()
    {
        _heldInput?.Dispose();
        _heldInput = null;
    }

    /// <returns>ENOTTY without a terminal.</returns>
    public Errno TryResize(ushort rows, ushort columns) =>
        _master == null ? new Errno(Errno.ENOTTY) : Terminals.TrySetSize(_master.Value, new Terminals.WindowSize(rows, columns));

    /// <summary>Nothing more is wanted than what has been written.</summary>
    public void Finish() => _logger?.Finish();

    /// <summary>The process has ended: it reads nothing any more.</summary>
    public void EndInput()
    {
        _inputCopy?.Dispose();
        _inputCopy = null;
        CloseInput();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        EndInput();
        foreach (StreamCopy copy in _copies) copy.Dispose();
        _targets?.Dispose();
        foreach ((Fd source, _) in _outputs) source.Dispose();
        foreach (Fd end in _ofContainer) end.Dispose();
        foreach (Fd? one in (ReadOnlySpan<Fd?>)[_nothing, _input, _inputPipe, _master]) one?.Dispose();
        _logger?.Dispose();
    }

    private void Answer(string? failure)
    {
        if (_ready is not { } ready) return;
        _targets?.GiveUp();
        _ready = null;
        ready(this, failure);
    }

    private void OpenPipes((uint, uint)? owner)
    {
        int nothing = _nothing!.Value, input = nothing;
        if (_request.Input.Length > 0) OpenInput(owner, ref input);
        if (_request.Terminal) return;
        OfContainer = new ContainerStreams(input, OpenOutput(_targets!.Output, owner), OpenOutput(_targets.Error, owner));
    }

    private void OpenInput((uint, uint)? owner, ref int input)
    {
        string path = StreamUri.Parse(_request.Input).Path;
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out _input);
        errno.OrThrow("openat", path);
        if (FileStatus.Of(_input!).Type != FileStatus.S_IFIFO) throw RuncsException.At(path, "stdin must be a FIFO");
        // A client that goes away does not end the input: its successor opens the FIFO again.
        errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0, out _heldInput);
        errno.OrThrow("openat", path);
        if (_request.Terminal) return;
        (Fd read, Fd write) = OwnedPipe.Make(owner);
        Descriptors.TrySetNonBlocking(write.Value, true);
        _inputPipe = write;
        _ofContainer.Add(read);
        input = read.Value;
    }

    private int OpenOutput(OutputTarget? target, (uint, uint)? owner)
    {
        if (target == null) return _nothing!.Value;
        (Fd read, Fd write) = OwnedPipe.Make(owner);
        Descriptors.TrySetNonBlocking(read.Value, true);
        _outputs.Add((read, target));
        _ofContainer.Add(write);
        return write.Value;
    }

    private void BeginTerminal(Fd master)
    {
        _master = master;
        Descriptors.TrySetNonBlocking(master.Value, true);
        if (_logger != null)
        {
            Fd log = Descriptors.Duplicate(_logger.Output.Value);
            Descriptors.TrySetNonBlocking(log.Value, true);
            Copy(Descriptors.Duplicate(master.Value), log, splices: false);
        }
        else if (_targets?.Output is { } target) Copy(Descriptors.Duplicate(master.Value), target.TakeWriter(), splices: false);
        if (_input == null) return;
        _inputCopy = new StreamCopy(_loop, _input, Descriptors.Duplicate(master.Value), splices: false, () => _inputCopy = null);
        _input = null;
    }

    private void Copy(Fd source, Fd target, bool splices)
    {
        _open++;
        _copies.Add(new StreamCopy(_loop, source, target, splices, EndOutput));
    }

    private void EndOutput()
    {
        if (--_open == 0) Drained?.Invoke();
    }

    // As with runc's shim, a process without a terminal gets no input then.
    private void OpenLogger(Logging logger, (uint, uint)? owner)
    {
        _logger = logger;
        _open++;
        _ofContainer.Add(logger.Output);
        _ofContainer.Add(logger.Error);
        int input = _nothing!.Value;
        if (_request.Terminal && _request.Input.Length > 0) OpenInput(owner, ref input);
        OfContainer = new ContainerStreams(input, logger.Output.Value, logger.Error.Value);
    }
}
