// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native;
using Runcs.Native.ExecStage;

namespace Runcs.Init.Protocol;

/// <summary>
/// An error of managed code on the report channel: {<see cref="InitMessage.Error"/>, bytes of the text}, {errno,
/// <see cref="FailureKind"/>}, the text. The parent throws the same error.
/// </summary>
internal static class ErrorReport
{
    private const int PIPE_BUF = 4096;

    private const int HeaderSize = 2 * StageReport.Size;

    /// <summary>The longest text, in bytes, for which the message arrives whole.</summary>
    internal const int LongestText = PIPE_BUF - HeaderSize;

    /// <summary>An unexpected exception is a bug in runcs and is sent with its stack trace.</summary>
    internal static byte[] Write(Exception error)
    {
        var failure = error as RuncsException;
        byte[] text = Encoding.UTF8.GetBytes(failure?.Message ?? $"unexpected: {error}");
        int length = Math.Min(text.Length, LongestText);
        // utf-8(7): do not cut a character.
        while (length < text.Length && (text[length] & 0xC0) == 0x80) length--;
        var message = new byte[HeaderSize + length];
        InitMessage.Header(InitMessage.Error, (uint)length).CopyTo(message, 0);
        MemoryMarshal.Write(message.AsSpan(StageReport.Size), failure?.Errno.Value ?? 0);
        message[StageReport.Size + sizeof(int)] = (byte)(failure?.Kind ?? FailureKind.Other);
        text.AsSpan(0, length).CopyTo(message.AsSpan(HeaderSize));
        return message;
    }

    /// <param name="received">The received bytes, from the message's first.</param>
    /// <param name="size">The size of the message; 0 if it is not valid.</param>
    /// <returns>Null until the whole message is received.</returns>
    internal static RuncsException? Read(ReadOnlySpan<byte> received, out int size)
    {
        uint length = MemoryMarshal.Read<uint>(received[sizeof(uint)..]);
        size = length > LongestText ? 0 : HeaderSize + (int)length;
        if (size == 0 || received.Length < size) return null;
        return new RuncsException(Encoding.UTF8.GetString(received[HeaderSize..size]))
        {
            Errno = new Errno(MemoryMarshal.Read<int>(received[StageReport.Size..])),
            Kind = (FailureKind)received[StageReport.Size + sizeof(int)],
        };
    }
}
