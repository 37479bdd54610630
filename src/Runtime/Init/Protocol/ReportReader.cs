// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Native;
using Runcs.Native.ExecStage;

namespace Runcs.Init.Protocol;

/// <summary>Splits the bytes of the report channel into messages (<see cref="InitMessage"/>), however they arrive.</summary>
internal sealed class ReportReader
{
    // More than the longest message: there is room for a read whenever no whole message is left.
    private readonly byte[] _received = new byte[8192];
    private int _length;

    /// <summary>Where the next bytes go; <see cref="Add"/> follows.</summary>
    internal Span<byte> Room => _received.AsSpan(_length);

    internal bool IsEmpty => _length == 0;

    internal void Add(int count) => _length += count;

    /// <summary>The last message, if it is the exec stage's report of a failure.</summary>
    internal StageReport Failure { get; private set; }

    /// <summary>Removes the first message; false if it has not arrived whole.</summary>
    /// <param name="error">For <see cref="InitMessage.Error"/>: the error to throw.</param>
    /// <exception cref="RuncsException">The bytes are not a message.</exception>
    internal bool TryTake(out uint kind, out uint value, out RuncsException? error)
    {
        (kind, value, error) = (0, 0, null);
        if (_length < StageReport.Size) return false;
        kind = MemoryMarshal.Read<uint>(_received);
        value = MemoryMarshal.Read<uint>(_received.AsSpan(sizeof(uint)));
        int size = StageReport.Size;
        if (kind == InitMessage.Error)
        {
            error = ErrorReport.Read(_received.AsSpan(0, _length), out size);
            if (size == 0) throw Unexpected();
            if (error == null) return false;
        }
        else if (HookReport.Is(kind)) size = HookReport.Size;
        if (_length < size) return false;
        if (kind < InitMessage.FirstKind) Failure = HookReport.Is(kind) ? HookReport.Read(_received) : StageReport.Read(_received);
        _received.AsSpan(size, _length - size).CopyTo(_received);
        _length -= size;
        return true;
    }

    /// <summary>
    /// In a pid namespace with other processes, these may write on behalf of the exec stage (ptrace(2)): messages that it
    /// never sends are refused.
    /// </summary>
    internal static RuncsException Unexpected() => new(StageFailure.Prefix + "unexpected message on the report channel");
}
