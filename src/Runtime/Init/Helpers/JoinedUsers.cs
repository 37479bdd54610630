// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using Runcs.Namespaces;
using Runcs.Native;

namespace Runcs.Init.Helpers;

/// <summary>
/// The maps of a user namespace that is joined by path. They are readable only through a process in it
/// (/proc/PID/uid_map), so a helper enters it while they are read.
/// </summary>
internal static class JoinedUsers
{
    /// <exception cref="RuncsException"/>
    internal static IdMaps ReadMaps(JoinedNamespace plan, Fd users)
    {
        using ChildProcess child = ChildProcess.Start(socket => Enter(users, socket), [users.Value]);
        Errno errno = child.Receive(out _);
        errno.OrThrow(plan.JsonPath, "setns", plan.Path);
        return new IdMaps(IdMap.Parse(Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{child.Pid}/uid_map")), IdMap.Parse(Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{child.Pid}/gid_map")));
    }

    private static void Enter(Fd users, Fd socket)
    {
        // It is a copy of the runtime's memory.
        Processes.Hide();
        ChildProcess.Answer(socket, 0, Processes.TrySetns(users.Value, CloneFlags.CLONE_NEWUSER));
        ChildProcess.Stay(socket);
    }
}
