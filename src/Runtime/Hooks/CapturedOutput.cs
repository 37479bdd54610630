// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Native;

namespace Runcs.Hooks;

/// <summary>The beginning of a pipe's output; the rest is counted and discarded.</summary>
internal sealed class CapturedOutput(int limit)
{
    private byte[] _bytes = [];
    private int _length;
    private long _forgotten;

    /// <summary>
    /// Reads the available data, at most a pipe's capacity: a writer may never stop. True at the end of the file, or
    /// after an error.
    /// </summary>
    public bool Take(int pipe)
    {
        const int Page = 4096, PipeSize = 65536;
        Span<byte> buffer = stackalloc byte[Page];
        for (int taken = 0; taken < PipeSize;)
        {
            Errno errno = Files.TryRead(pipe, buffer, out int count);
            if (count == 0) return errno.Value != Errno.EAGAIN;
            Add(buffer[..count]);
            taken += count;
        }
        return false;
    }

    /// <summary>The text without trailing line ends.</summary>
    public override string ToString() => Text(_bytes.AsSpan(0, _length), _forgotten);

    /// <summary>The same of the beginning of an output that another has captured.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes, long forgotten)
    {
        string text = Encoding.UTF8.GetString(bytes).TrimEnd('\n', '\r');
        return forgotten == 0 ? text : $"{text}... ({forgotten} more bytes)";
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        int kept = Math.Min(bytes.Length, limit - _length);
        if (_bytes.Length < _length + kept) Array.Resize(ref _bytes, Math.Min(limit, Math.Max(_length + kept, 2 * _bytes.Length)));
        bytes[..kept].CopyTo(_bytes.AsSpan(_length));
        _length += kept;
        _forgotten += bytes.Length - kept;
    }
}
