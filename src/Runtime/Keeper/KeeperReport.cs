// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Keeper;

/// <summary>The keeper's end of the socket to the command that has started it, until the container runs.</summary>
internal sealed class KeeperReport(Fd socket)
{
    private const int LongestText = 32 << 10;

    private Watch? _watch;

    /// <summary>Readable once the command has been interrupted: it closes its end.</summary>
    public Fd Interrupts => socket;

    /// <summary>The command has been interrupted.</summary>
    public bool IsAbandoned { get; private set; }

    public void Watch(EventLoop loop) => _watch = loop.Add(socket.Value, PollEvents.POLLIN, _ =>
    {
        IsAbandoned = true;
        _watch!.Dispose();
    });

    /// <summary>What the clones need that work for the command.</summary>
    public IEnumerable<int> Kept()
    {
        yield return socket.Value;
        if (Log.Descriptor >= 0) yield return Log.Descriptor;
    }

    /// <summary>The container runs: the command ends, and what remains is the keeper's own.</summary>
    public void Succeed()
    {
        Files.TryWrite(socket.Value, [0], out _);
        Close();
        Log.Leave();
        using Fd nothing = Files.Open("/dev/null", OpenFlags.O_RDWR);
        Descriptors.TryDup2(nothing.Value, 2);
    }

    public void Fail(string reason)
    {
        if (!socket.IsOpen) return;
        byte[] text = Encoding.UTF8.GetBytes(reason);
        Files.TryWrite(socket.Value, (byte[])[1, .. text.AsSpan(0, Math.Min(text.Length, LongestText))], out _);
        Close();
    }

    /// <summary>In the command: waits for the report.</summary>
    /// <param name="interrupts">Once it is readable, the keeper undoes what it has done.</param>
    /// <exception cref="RuncsException">The container does not run; the keeper's reason.</exception>
    public static void Receive(Fd socket, Fd interrupts)
    {
        Span<Descriptors.PollFd> entries =
        [
            new() { Fd = socket.Value, Events = PollEvents.POLLIN },
            new() { Fd = interrupts.Value, Events = PollEvents.POLLIN },
        ];
        while (entries[0].Returned == 0)
        {
            Errno errno = Descriptors.TryPoll(entries, -1, out _);
            if (errno.IsError && errno.Value != Errno.EINTR) throw errno.Failure("poll", "");
            if (entries[1].Returned == 0) continue;
            // The keeper reads the end, and then reports.
            UnixSockets.TryEndWriting(socket.Value);
            entries[1].Fd = -1;
        }
        var message = new byte[LongestText + 1];
        Errno received = Files.TryRead(socket.Value, message, out int count);
        if (received.IsError || count == 0) throw new RuncsException("the keeper ended before the container ran: delete --force removes what is left");
        if (message[0] != 0) throw new RuncsException(Encoding.UTF8.GetString(message, 1, count - 1));
    }

    private void Close()
    {
        _watch?.Dispose();
        socket.Dispose();
    }
}
