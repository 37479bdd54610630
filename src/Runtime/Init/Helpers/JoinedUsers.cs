// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System.Globalization;
using Runcs.Namespaces;
using Runcs.Native;

namespace Runcs.Init.Helpers;

/// <summary>
/// A user namespace that is joined by path: its maps, and whether setgroups(2) is denied in it. They are readable only through
/// a process in it (/proc/PID/uid_map), so a helper enters it while they are read.
/// </summary>
internal sealed record JoinedUsers(IdMaps Ids, bool DeniesGroups)
{
    /// <exception cref="RuncsException"/>
    internal static JoinedUsers Read(JoinedNamespace plan, Fd users)
    {
        using ChildProcess child = ChildProcess.Start(socket => Enter(users, socket), [users.Value]);
        Errno errno = child.Receive(out _);
        errno.OrThrow(plan.JsonPath, "setns", plan.Path);
        return new JoinedUsers(EnteredNamespaces.ReadMaps(child.Pid), UserNamespaces.DeniesGroups(child.Pid.ToString(CultureInfo.InvariantCulture)));
    }

    private static void Enter(Fd users, Fd socket)
    {
        // It is a copy of the runtime's memory.
        Processes.Hide();
        ChildProcess.Answer(socket, 0, Processes.TrySetns(users.Value, CloneFlags.CLONE_NEWUSER));
        ChildProcess.Stay(socket);
    }
}
