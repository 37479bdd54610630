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
    private readonly List<OutputTarget> _targets = [];
    private readonly List<StreamCopy> _copies = [];
    private Fd? _nothing, _input, _heldInput, _inputPipe, _master, _ready;
    private Watch? _readyWatch;
    private Logger? _logger;
    private (Fd Output, Fd Error)? _loggerEnds;
    private StreamCopy? _inputCopy;
    private int _open;
    private bool _disposed;

    private ProcessStreams(EventLoop loop, StdioRequest request) => (_loop, _request) = (loop, request);

    /// <summary>What the process gets, unless it has a terminal.</summary>
    public ContainerStreams OfContainer { get; private set; }

    /// <summary>For a process with a terminal.</summary>
    public ContainerStreams Nothing => new(_nothing!.Value, _nothing.Value, _nothing.Value);

    /// <summary>The descriptors that the clone which makes the process needs.</summary>
    public int[] Kept()
    {
        var kept = new List<int> { _nothing!.Value };
        foreach (Fd end in _ofContainer) kept.Add(end.Value);
        return kept.ToArray();
    }

    /// <summary>Called when all output of the process has been passed on, once <see cref="IsDrained"/>.</summary>
    public Action? Drained { get; set; }

    /// <summary>The process and all that have inherited its output have closed it.</summary>
    public bool IsDrained => _open == 0;

    /// <summary>Opens the client's side and makes the container's.</summary>
    /// <param name="loop">Copies.</param>
    /// <param name="children">Watches a logger.</param>
    /// <param name="request">What the client wants.</param>
    /// <param name="owner">The uid and gid that pipes get, so that a user who is not root can open /dev/stdout again; null for ours.</param>
    /// <param name="containerId">For a logger.</param>
    /// <param name="containerdNamespace">For a logger.</param>
    /// <param name="ready">Called when a logger is ready, or at once; with the reason if it never will be.</param>
    /// <exception cref="RuncsException"/>
    public static ProcessStreams Open(EventLoop loop, Children children, StdioRequest request, (uint Uid, uint Gid)? owner, string containerId, string containerdNamespace, Action<ProcessStreams, string?> ready)
    {
        var streams = new ProcessStreams(loop, request);
        try
        {
            streams._nothing = Files.Open("/dev/null", O_RDWR);
            StreamUri? output = request.Output.Length == 0 ? null : StreamUri.Parse(request.Output);
            if (output is { Scheme: "binary" or "binary-v2" } && !request.Terminal)
            {
                streams.OpenLogger(children, output, containerId, containerdNamespace, owner, ready);
                return streams;
            }
            streams.OpenPipes(output, owner);
            ready(streams, null);
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
        foreach (Fd end in _ofContainer) end.Dispose();
        _ofContainer.Clear();
        if (master != null) BeginTerminal(master);
        foreach ((Fd source, OutputTarget target) in _outputs) Copy(source, target, splices: !target.IsFile);
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
        foreach (OutputTarget target in _targets) target.Dispose();
        foreach ((Fd source, OutputTarget target) in _outputs)
        {
            source.Dispose();
            target.Writer.Dispose();
        }
        foreach (Fd end in _ofContainer) end.Dispose();
        _readyWatch?.Dispose();
        foreach (Fd? one in (ReadOnlySpan<Fd?>)[_nothing, _input, _inputPipe, _master, _ready, _loggerEnds?.Output, _loggerEnds?.Error]) one?.Dispose();
        _logger?.Dispose();
    }

    private void OpenPipes(StreamUri? output, (uint, uint)? owner)
    {
        int nothing = _nothing!.Value, input = nothing, outputNumber = nothing, error = nothing;
        if (_request.Input.Length > 0) OpenInput(owner, ref input);
        if (_request.Terminal)
        {
            if (output != null) _targets.Add(OpenTarget(output));
            return;
        }
        if (output != null) outputNumber = OpenOutput(OpenTarget(output), owner);
        if (_request.Error.Length > 0) error = OpenOutput(OpenTarget(StreamUri.Parse(_request.Error)), owner);
        OfContainer = new ContainerStreams(input, outputNumber, error);
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
        (Fd read, Fd write) = MakePipe(owner);
        Descriptors.TrySetNonBlocking(write.Value, true);
        _inputPipe = write;
        _ofContainer.Add(read);
        input = read.Value;
    }

    private static OutputTarget OpenTarget(StreamUri uri) => uri.Scheme switch
    {
        "fifo" => OutputTarget.Open(uri.Path),
        "file" => OutputTarget.Append(uri.Path),
        _ => throw RuncsException.At(uri.Scheme, "is not a scheme of a stream: fifo, file, binary or binary-v2"),
    };

    private int OpenOutput(OutputTarget target, (uint, uint)? owner)
    {
        _targets.Add(target);
        (Fd read, Fd write) = MakePipe(owner);
        Descriptors.TrySetNonBlocking(read.Value, true);
        _outputs.Add((read, target));
        _ofContainer.Add(write);
        return write.Value;
    }

    private static (Fd Read, Fd Write) MakePipe((uint Uid, uint Gid)? owner)
    {
        (Fd read, Fd write) = Descriptors.Pipe();
        if (owner is { } ids) FileNodes.TryChown(read.Value, ids.Uid, ids.Gid);
        return (read, write);
    }

    private void BeginTerminal(Fd master)
    {
        _master = master;
        Descriptors.TrySetNonBlocking(master.Value, true);
        if (_targets.Count > 0) Copy(Descriptors.Duplicate(master.Value), _targets[0], splices: false);
        if (_input == null) return;
        _inputCopy = new StreamCopy(_loop, _input, Descriptors.Duplicate(master.Value), splices: false, () => _inputCopy = null);
        _input = null;
    }

    private void Copy(Fd source, OutputTarget target, bool splices)
    {
        _open++;
        _copies.Add(new StreamCopy(_loop, source, target.Writer, splices, EndOutput));
    }

    private void EndOutput()
    {
        if (--_open == 0) Drained?.Invoke();
    }

    private void OpenLogger(Children children, StreamUri uri, string containerId, string containerdNamespace, (uint, uint)? owner, Action<ProcessStreams, string?> ready)
    {
        (Fd outputRead, Fd outputWrite) = MakePipe(owner);
        (Fd errorRead, Fd errorWrite) = MakePipe(owner);
        // The reading ends stay open: a logger that dies ends no container (SIGPIPE).
        _loggerEnds = (outputRead, errorRead);
        _ofContainer.Add(outputWrite);
        _ofContainer.Add(errorWrite);
        OfContainer = new ContainerStreams(_nothing!.Value, outputWrite.Value, errorWrite.Value);
        (_ready, Fd readyWrite) = Descriptors.Pipe();
        using (readyWrite) _logger = Logger.Start(_loop, children, uri, containerId, containerdNamespace, outputRead, errorRead, readyWrite, DrainForLogger);
        _readyWatch = _loop.Add(_ready.Value, PollEvents.POLLIN, _ =>
        {
            Errno errno = Files.TryRead(_ready.Value, stackalloc byte[1], out int count);
            _readyWatch!.Dispose();
            _ready.Dispose();
            // binary-v2 knows a logger that has died from one that is ready.
            bool isReady = !errno.IsError && (count > 0 || uri.Scheme == "binary");
            ready(this, isReady ? null : $"{uri.Path} ended before it was ready to log");
        });
    }

    // The logger has ended before the process: what it would have read goes nowhere, so that the process does not stop.
    private void DrainForLogger()
    {
        if (_disposed || _loggerEnds is not { } ends) return;
        _loggerEnds = null;
        foreach (Fd source in (ReadOnlySpan<Fd>)[ends.Output, ends.Error])
        {
            Descriptors.TrySetNonBlocking(source.Value, true);
            _open++;
            _copies.Add(new StreamCopy(_loop, source, Files.Open("/dev/null", O_WRONLY), splices: true, EndOutput));
        }
    }
}
