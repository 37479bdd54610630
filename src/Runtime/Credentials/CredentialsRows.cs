// SPDX-License-Identifier: Apache-2.0
// Run by the exec stage, with all privileges at the first row and the user's own after the last.
using System;
using System.Runtime.InteropServices;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Credentials;

/// <summary>
/// The rows that give the exec stage the user's credentials. The kernel forces the order; each row has the reason.
/// </summary>
public static class CredentialsRows
{
    private const int CapabilityNumbers = 64, PR_CAP_AMBIENT_RAISE = 2, PR_CAP_AMBIENT_CLEAR_ALL = 4;

    /// <summary>Groups, umask, bounding set and user ids; capabilities are kept across the change of ids.</summary>
    public static void AddIdentity(StageTable table, CredentialsPlan plan)
    {
        table.Call((ushort)StageStep.Umask, SYS_umask, plan.Umask);
        // setgroups(2) needs CAP_SETGID. An empty list is set as well, to drop the runtime's own groups.
        if (!plan.KeepsGroups) table.Call((ushort)StageStep.Setgroups, SYS_setgroups, (ulong)plan.Groups.Length,
            plan.Groups.Length == 0 ? 0 : table.Bytes(MemoryMarshal.AsBytes(plan.Groups.AsSpan())));
        // capabilities(7): otherwise the change from root to another user clears the permitted set.
        table.Call((ushort)StageStep.KeepCapabilities, SYS_prctl, Processes.PR_SET_KEEPCAPS, 1);
        // Needs CAP_SETPCAP, so it comes before the ids change. Every number outside the set is dropped, including those without a
        // name here.
        table.DropFromBoundingSet((ushort)StageStep.BoundingSet, ~plan.Bounding);
        table.Call((ushort)StageStep.Setgid, SYS_setresgid, plan.Gid, plan.Gid, plan.Gid);
        table.Call((ushort)StageStep.Setuid, SYS_setresuid, plan.Uid, plan.Uid, plan.Uid);
    }

    public static void AddNoNewPrivileges(StageTable table) => table.Call((ushort)StageStep.NoNewPrivileges, SYS_prctl, Processes.PR_SET_NO_NEW_PRIVS, 1);

    /// <summary>The final capability sets.</summary>
    /// <param name="kept">
    /// Capabilities that the stage needs for later rows. The program does not get them: its permitted set after an execve
    /// depends on the inheritable, bounding and ambient sets alone (capabilities(7), "Transformation of capabilities
    /// during execve()").
    /// </param>
    public static void AddPrivileges(StageTable table, CredentialsPlan plan, ulong kept)
    {
        AddCapabilities(table, plan, kept);
        table.Call((ushort)StageStep.Ambient, SYS_prctl, Processes.PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
        for (int capability = 0; capability < CapabilityNumbers; capability++)
            if ((plan.Ambient & (1UL << capability)) != 0)
                table.Call((ushort)StageStep.Ambient, SYS_prctl, Processes.PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (ulong)capability);
    }

    /// <summary>
    /// The program's sets and the kept ones: the change from root to another user has cleared the effective set
    /// (capabilities(7)).
    /// </summary>
    public static void AddCapabilities(StageTable table, CredentialsPlan plan, ulong kept)
    {
        ReadOnlySpan<uint> header = [Capabilities._LINUX_CAPABILITY_VERSION_3, 0];
        ReadOnlySpan<uint> data =
        [
            (uint)(plan.Effective | kept), (uint)(plan.Permitted | kept), (uint)plan.Inheritable,
            (uint)((plan.Effective | kept) >> 32), (uint)((plan.Permitted | kept) >> 32), (uint)(plan.Inheritable >> 32),
        ];
        table.Call((ushort)StageStep.Capset, SYS_capset, table.Bytes(MemoryMarshal.AsBytes(header)), table.Bytes(MemoryMarshal.AsBytes(data)));
    }
}
