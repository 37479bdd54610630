// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native;
using Runcs.Native.ExecStage;

namespace Runcs.Init.Protocol;

/// <summary>
/// An error of managed code on the report channel: {<see cref="InitMessage.Error"/>, bytes of the text}, {errno, whether it is of a
/// hook}, the text. The parent throws the same error.
/// </summary>
internal static class ErrorReport
{
    private const int PIPE_BUF = 4096;

    private const int HeaderSize = 2 * StageReport.Size;

    /// <summary>Bytes of the text, so that the message arrives whole.</summary>
    internal const int LongestText = PIPE_BUF - HeaderSize;

    /// <summary>One that is no error of ours is a fault of runcs and sent with its stack.</summary>
    internal static byte[] Write(Exception error)
    {
        var failure = error as RuncsException;
        byte[] text = Encoding.UTF8.GetBytes(failure?.Message ?? $"unexpected: {error}");
        int length = Math.Min(text.Length, LongestText);
        // utf-8(7): not in the middle of a character.
        while (length < text.Length && (text[length] & 0xC0) == 0x80) length--;
        var message = new byte[HeaderSize + length];
        InitMessage.Header(InitMessage.Error, (uint)length).CopyTo(message, 0);
        MemoryMarshal.Write(message.AsSpan(StageReport.Size), failure?.Errno.Value ?? 0);
        message[StageReport.Size + sizeof(int)] = failure is { IsOfHook: true } ? (byte)1 : (byte)0;
        text.AsSpan(0, length).CopyTo(message.AsSpan(HeaderSize));
        return message;
    }

    /// <param name="received">What has come, from the message's first byte.</param>
    /// <param name="size">Of the message; 0 if it cannot be one.</param>
    /// <returns>Null while it has not come whole.</returns>
    internal static RuncsException? Read(ReadOnlySpan<byte> received, out int size)
    {
        uint length = MemoryMarshal.Read<uint>(received[sizeof(uint)..]);
        size = length > LongestText ? 0 : HeaderSize + (int)length;
        if (size == 0 || received.Length < size) return null;
        return new RuncsException(Encoding.UTF8.GetString(received[HeaderSize..size]))
        {
            Errno = new Errno(MemoryMarshal.Read<int>(received[StageReport.Size..])),
            IsOfHook = received[StageReport.Size + sizeof(int)] != 0,
        };
    }
}
