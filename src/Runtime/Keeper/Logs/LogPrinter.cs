// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.Terminal;

namespace Runcs.Keeper.Logs;

/// <summary>Prints records as the program wrote them: its output to standard output, its errors to standard error.</summary>
internal sealed class LogPrinter(bool timestamps)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly bool[] _isInLine = new bool[(int)LogStream.Error + 1];
    private LogStream _stream = LogStream.Output;
    private int _used;

    /// <exception cref="RuncsException"/>
    public void Print(ReadOnlySpan<byte> time, LogStream stream, ReadOnlySpan<byte> text, bool endsLine)
    {
        // Their order remains, for one who reads both.
        if (stream != _stream) Flush();
        _stream = stream;
        if (timestamps && !_isInLine[(int)stream])
        {
            Put(time);
            Put(" "u8);
        }
        Put(text);
        if (endsLine) Put("\n"u8);
        _isInLine[(int)stream] = !endsLine;
    }

    /// <exception cref="RuncsException"/>
    public void Flush()
    {
        int used = _used;
        _used = 0;
        if (used == 0) return;
        bool isError = _stream == LogStream.Error;
        Files.WriteAll(isError ? StandardStreams.Error : StandardStreams.Output, _buffer.AsSpan(0, used), isError ? "standard error" : "standard output");
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == _buffer.Length) Flush();
            int count = Math.Min(bytes.Length, _buffer.Length - _used);
            bytes[..count].CopyTo(_buffer.AsSpan(_used));
            _used += count;
            bytes = bytes[count..];
        }
    }
}
