// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Shim.Streams;

/// <summary>A logger with its pipes. Their reading ends stay open here: a logger that dies ends no process (SIGPIPE).</summary>
internal sealed class Logging : IDisposable
{
    private readonly EventLoop _loop;
    private readonly StreamUri _uri;
    private readonly Action _ended;
    private readonly Action<string?> _isReady;
    private readonly (Fd Output, Fd Error) _read;
    private readonly Fd _ready;
    private readonly Logger _logger;
    private Watch? _readyWatch;
    private StreamCopy? _outputDrain, _errorDrain;
    private bool _disposed;

    /// <param name="loop">Waits for the logger.</param>
    /// <param name="children">Watches it.</param>
    /// <param name="uri">Of scheme <c>binary</c> or <c>binary-v2</c>.</param>
    /// <param name="containerId">For its environment.</param>
    /// <param name="containerdNamespace">The same.</param>
    /// <param name="owner">Of the pipes.</param>
    /// <param name="ready">Called once, later: with null, or the reason why it never will be ready.</param>
    /// <param name="ended">Called when it has ended, for whatever reason.</param>
    /// <exception cref="RuncsException">It cannot be executed.</exception>
    public Logging(EventLoop loop, Children children, StreamUri uri, string containerId, string containerdNamespace, (uint, uint)? owner, Action<string?> ready, Action ended)
    {
        (_loop, _uri, _isReady, _ended) = (loop, uri, ready, ended);
        (Fd outputRead, Output) = OwnedPipe.Make(owner);
        (Fd errorRead, Error) = OwnedPipe.Make(owner);
        _read = (outputRead, errorRead);
        (_ready, Fd readyWrite) = Descriptors.Pipe();
        try
        {
            using (readyWrite) _logger = Logger.Start(loop, children, uri, containerId, containerdNamespace, outputRead, errorRead, readyWrite, End);
            _readyWatch = loop.Add(_ready.Value, PollEvents.POLLIN, _ => TakeReady());
        }
        catch
        {
            _logger?.Dispose();
            foreach (Fd one in (ReadOnlySpan<Fd>)[outputRead, Output, errorRead, Error, _ready]) one.Dispose();
            throw;
        }
    }

    /// <summary>The writing end of what the logger reads as stdout. The caller closes it; the same for the next.</summary>
    public Fd Output { get; }

    public Fd Error { get; }

    /// <summary>All writing ends will be closed soon: it has some time to end of its own accord.</summary>
    public void Finish() => _logger.Finish();

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _readyWatch?.Dispose();
        _readyWatch = null;
        _ready.Dispose();
        _outputDrain?.Dispose();
        _errorDrain?.Dispose();
        _read.Output.Dispose();
        _read.Error.Dispose();
        _logger.Dispose();
    }

    private void TakeReady()
    {
        Errno errno = Files.TryRead(_ready.Value, stackalloc byte[1], out int count);
        // binary-v2 knows a logger that has died from one that is ready.
        bool isReady = !errno.IsError && (count > 0 || _uri.Scheme == "binary");
        _readyWatch!.Dispose();
        _readyWatch = null;
        _isReady(isReady ? null : $"{_uri.Path} ended before it was ready to log");
    }

    // What it would have read goes nowhere, so that the process does not stop.
    private void End()
    {
        if (!_disposed)
        {
            _outputDrain = Drain(_read.Output);
            _errorDrain = Drain(_read.Error);
        }
        _ended();
    }

    private StreamCopy Drain(Fd source)
    {
        Fd copy = Descriptors.Duplicate(source.Value);
        Descriptors.TrySetNonBlocking(copy.Value, true);
        return new StreamCopy(_loop, copy, Files.Open("/dev/null", OpenFlags.O_WRONLY), splices: true, () => { });
    }
}
