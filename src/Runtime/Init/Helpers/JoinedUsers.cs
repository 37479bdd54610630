// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using Runcs.Diagnostics;
using Runcs.Namespaces;
using Runcs.Native;

namespace Runcs.Init.Helpers;

/// <summary>
/// The maps of a user namespace that is joined by path. Only a process in it has them in a file (/proc/PID/uid_map), so one
/// enters it for as long as it takes to read them.
/// </summary>
internal static class JoinedUsers
{
    /// <exception cref="RuncsException"/>
    internal static IdMaps ReadMaps(JoinedNamespace plan, Fd users)
    {
        (Fd here, Fd there) = UnixSockets.Pair();
        using (here)
        {
            int pid;
            using (there)
            {
                Errno errno = Processes.TryClone(0, 0, out pid, out Fd? pidfd);
                if (errno.IsError) throw new SyscallException("clone3", "", errno);
                if (pidfd == null)
                {
                    here.Dispose();
                    Stay(users, there);
                    Processes.Exit(0);
                }
                pidfd!.Dispose();
            }
            try
            {
                Span<byte> answer = stackalloc byte[1];
                Errno errno = Files.TryRead(here.Value, answer, out int count);
                if (!errno.IsError) errno = new Errno(count == 0 ? Errno.ESRCH : answer[0]);
                if (errno.IsError) throw RuncsException.At(plan.Origin, "setns", plan.Path, errno);
                return new IdMaps(IdMap.Parse(Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{pid}/uid_map")), IdMap.Parse(Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{pid}/gid_map")));
            }
            finally
            {
                here.Dispose();
                Processes.TryWait(pid, 0, out _, out _);
            }
        }
    }

    private static void Stay(Fd users, Fd socket)
    {
        // It has all the descriptors of the runtime.
        Processes.Hide();
        Errno errno = Processes.TrySetns(users.Value, CloneFlags.CLONE_NEWUSER);
        Span<byte> answer = [(byte)errno.Value];
        if (Files.TryWrite(socket.Value, answer, out _).IsError) return;
        Files.TryRead(socket.Value, answer, out _);
    }
}
