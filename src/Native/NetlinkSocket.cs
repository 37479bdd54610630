// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>A rtnetlink(7) socket. It stays in the network namespace in which it was opened.</summary>
public sealed unsafe partial class NetlinkSocket : IDisposable
{
    public const ushort NLM_F_REQUEST = 1, NLM_F_ACK = 4, NLM_F_REPLACE = 0x100, NLM_F_DUMP = 0x300, NLM_F_CREATE = 0x400;
    public const uint RTMGRP_LINK = 1;
    private const int AF_NETLINK = 16, SOCK_RAW = 3, SOCK_CLOEXEC = 0x80000, NETLINK_ROUTE = 0, MSG_DONTWAIT = 0x40;
    private const ushort NLMSG_ERROR = 2, NLMSG_DONE = 3, NLM_F_DUMP_INTR = 0x10;

    // The kernel fills at most 32 KiB of a dump at once.
    private const int BufferSize = 1 << 16;
    private const int DumpTries = 16;

    private readonly Fd _fd;
    private readonly byte[] _buffer = new byte[BufferSize];
    private uint _sequence;

    private NetlinkSocket(Fd fd) => _fd = fd;

    /// <summary>Receives the type of one message and its body after <c>struct nlmsghdr</c>.</summary>
    public delegate void Received(ushort type, ReadOnlySpan<byte> body);

    /// <param name="groups">RTMGRP_*: the events that it receives.</param>
    /// <exception cref="RuncsException"/>
    public static NetlinkSocket Open(uint groups = 0)
    {
        Errno errno = TryOpen(out Fd? fd);
        errno.OrThrow("socket", "AF_NETLINK");
        var opened = new NetlinkSocket(fd!);
        if (groups == 0) return opened;
        var address = new sockaddr_nl { family = AF_NETLINK, groups = groups };
        if (LibC.bind(fd!.Value, (sockaddr*)&address, sizeof(sockaddr_nl)) >= 0) return opened;
        errno = Errno.Last;
        opened.Dispose();
        throw errno.Failure("bind", "AF_NETLINK");
    }

    /// <summary>A socket opened by another process.</summary>
    public static NetlinkSocket Of(Fd fd) => new(fd);

    /// <summary>Only its descriptor, to send to another process.</summary>
    public static Errno TryOpen(out Fd? fd)
    {
        int number = LibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        fd = number < 0 ? null : new Fd(number);
        return number < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>
    /// Sends a request, passes the kernel's replies to <paramref name="received"/>, and returns the kernel's errno.
    /// </summary>
    public Errno TryRequest(NetlinkMessage message, Received? received = null)
    {
        for (int tries = 0; ; tries++)
        {
            ReadOnlySpan<byte> bytes = message.Finish(++_sequence);
            Errno errno = Files.TryWrite(_fd.Value, bytes, out _);
            if (errno.IsError) return errno;
            bool interrupted = false;
            while (!ReadAnswers(received, ref interrupted, out errno)) { }
            // The list changed during the dump: entries may be repeated or missing.
            if (errno.IsError || !interrupted || tries == DumpTries) return errno;
        }
    }

    /// <summary>Passes on the pending events; it does not wait for any.</summary>
    public void ReadEvents(Received received)
    {
        while (!TryReceive(MSG_DONTWAIT, out int count).IsError)
        {
            for (ReadOnlySpan<byte> rest = _buffer.AsSpan(0, count); TryTake(ref rest, out ushort type, out _, out _, out ReadOnlySpan<byte> body);)
                received(type, body);
        }
    }

    public void Dispose() => _fd.Dispose();

    // True when the request is answered.
    private bool ReadAnswers(Received? received, ref bool interrupted, out Errno errno)
    {
        errno = TryReceive(0, out int count);
        if (errno.IsError) return true;
        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, count);
        while (TryTake(ref rest, out ushort type, out ushort flags, out uint sequence, out ReadOnlySpan<byte> body))
        {
            if (sequence != _sequence) continue;
            interrupted |= (flags & NLM_F_DUMP_INTR) != 0;
            if (type is NLMSG_ERROR or NLMSG_DONE)
            {
                // A negative errno; zero is the acknowledgement.
                errno = new Errno(body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(body) : 0);
                return true;
            }
            received?.Invoke(type, body);
        }
        return false;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ushort type, out ushort flags, out uint sequence, out ReadOnlySpan<byte> body)
    {
        (type, flags, sequence) = (0, 0, 0);
        body = default;
        if (rest.Length < NetlinkMessage.HeaderSize) return false;
        uint length = MemoryMarshal.Read<uint>(rest);
        if (length < NetlinkMessage.HeaderSize || length > rest.Length) return false;
        type = MemoryMarshal.Read<ushort>(rest[4..]);
        flags = MemoryMarshal.Read<ushort>(rest[6..]);
        sequence = MemoryMarshal.Read<uint>(rest[8..]);
        body = rest[NetlinkMessage.HeaderSize..(int)length];
        rest = rest[Math.Min(rest.Length, ((int)length + 3) & -4)..];
        return true;
    }

    // Only messages of the kernel, whose port is 0, are accepted (netlink(7)).
    private Errno TryReceive(int flags, out int count)
    {
        while (true)
        {
            sockaddr_nl sender = default;
            uint size = (uint)sizeof(sockaddr_nl);
            nint result;
            fixed (byte* p = _buffer)
                do result = (nint)(long)LibC.recvfrom(_fd.Value, p, _buffer.Length, flags, (sockaddr*)&sender, (socklen_t*)&size); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            count = (int)Math.Max(result, 0);
            if (result < 0) return Errno.Last;
            if (sender.pid == 0) return Errno.None;
        }
    }

    private struct sockaddr_nl
    {
        public ushort family, pad;
        public uint pid, groups;
    }
}
