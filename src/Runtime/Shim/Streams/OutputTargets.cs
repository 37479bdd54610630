// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Shim.Streams;

/// <summary>
/// The client's ends of stdout and stderr. A FIFO is opened when its reader has: one that opens a FIFO late would miss the
/// output, and wait for its end for ever.
/// </summary>
internal sealed class OutputTargets(EventLoop loop, StreamUri? output, StreamUri? error) : IDisposable
{
    // A client opens its FIFOs before it asks for a process, or at the same time. One that never does only delays it.
    private const long Patience = 5000, ShortestPause = 1, LongestPause = 50;

    private readonly List<OutputTarget?> _targets = [];
    private Deadline? _retry;

    /// <summary>Null for no stream; the same for the next.</summary>
    public OutputTarget? Output => _targets[0];

    public OutputTarget? Error => _targets[1];

    /// <inheritdoc cref="OutputTarget.HasUnread"/>
    public bool HasUnread => _targets.Exists(static target => target is { HasUnread: true });

    /// <param name="opened">Called when they are open, or later with the reason why they cannot be.</param>
    /// <exception cref="RuncsException">They cannot be opened.</exception>
    public void Open(Action<string?> opened) => Continue(opened, Clock.Milliseconds() + Patience, ShortestPause);

    /// <summary>Does not wait any longer.</summary>
    public void GiveUp() => _retry?.Dispose();

    public void Dispose()
    {
        GiveUp();
        foreach (OutputTarget? target in _targets) target?.Dispose();
    }

    private void Continue(Action<string?> opened, long limit, long pause)
    {
        while (_targets.Count < 2)
        {
            StreamUri? uri = _targets.Count == 0 ? output : error;
            OutputTarget? target = uri == null ? null : OpenOne(uri, needsReader: Clock.Milliseconds() < limit);
            if (uri != null && target == null)
            {
                _retry = loop.After(pause, () => TryAgain(opened, limit, Math.Min(pause * 2, LongestPause)));
                return;
            }
            _targets.Add(target);
        }
        opened(null);
    }

    private void TryAgain(Action<string?> opened, long limit, long pause)
    {
        try
        {
            Continue(opened, limit, pause);
        }
        catch (RuncsException e)
        {
            opened(e.Message);
        }
    }

    private static OutputTarget? OpenOne(StreamUri uri, bool needsReader) => uri.Scheme switch
    {
        "fifo" => OutputTarget.Open(uri.Path, needsReader),
        "file" => OutputTarget.Append(uri.Path),
        _ => throw RuncsException.At(uri.Scheme, "is not a scheme of a stream: fifo, file, binary or binary-v2"),
    };
}
