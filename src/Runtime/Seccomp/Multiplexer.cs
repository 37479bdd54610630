// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Seccomp;

/// <summary>
/// socketcall(2) and ipc(2): one number for many calls, selected by the first argument. A rule for one of these calls
/// also applies to the multiplexer with that argument. Its other arguments are behind a pointer, which a filter cannot
/// follow; as libseccomp.
/// </summary>
internal static class Multiplexer
{
    /// <summary>A quick check before <see cref="Of"/>: all its names begin with one of these letters.</summary>
    internal static bool MayHave(ReadOnlySpan<byte> name) => name[0] is (byte)'s' or (byte)'b' or (byte)'c' or (byte)'l' or (byte)'a' or (byte)'g' or (byte)'r' or (byte)'m';

    /// <summary>The multiplexing call of this one, and its first argument (linux/net.h, linux/ipc.h).</summary>
    internal static (string? Call, uint Operation) Of(string name) => name switch
    {
        "socket" => ("socketcall", 1),
        "bind" => ("socketcall", 2),
        "connect" => ("socketcall", 3),
        "listen" => ("socketcall", 4),
        "accept" => ("socketcall", 5),
        "getsockname" => ("socketcall", 6),
        "getpeername" => ("socketcall", 7),
        "socketpair" => ("socketcall", 8),
        "send" => ("socketcall", 9),
        "recv" => ("socketcall", 10),
        "sendto" => ("socketcall", 11),
        "recvfrom" => ("socketcall", 12),
        "shutdown" => ("socketcall", 13),
        "setsockopt" => ("socketcall", 14),
        "getsockopt" => ("socketcall", 15),
        "sendmsg" => ("socketcall", 16),
        "recvmsg" => ("socketcall", 17),
        "accept4" => ("socketcall", 18),
        "recvmmsg" => ("socketcall", 19),
        "sendmmsg" => ("socketcall", 20),
        "semop" => ("ipc", 1),
        "semget" => ("ipc", 2),
        "semctl" => ("ipc", 3),
        "semtimedop" => ("ipc", 4),
        "msgsnd" => ("ipc", 11),
        "msgrcv" => ("ipc", 12),
        "msgget" => ("ipc", 13),
        "msgctl" => ("ipc", 14),
        "shmat" => ("ipc", 21),
        "shmdt" => ("ipc", 22),
        "shmget" => ("ipc", 23),
        "shmctl" => ("ipc", 24),
        _ => (null, 0),
    };
}
