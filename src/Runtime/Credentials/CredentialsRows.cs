// SPDX-License-Identifier: Apache-2.0
// The exec stage runs these rows, with all privileges at the first and the user's own after the last.
using System;
using System.Runtime.InteropServices;
using Runcs.Native;
using Runcs.Native.ExecStage;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Credentials;

/// <summary>The rows that turn the exec stage into the user. The order is forced; each row says by what.</summary>
public static class CredentialsRows
{
    private const int CapabilityNumbers = 64, PR_CAP_AMBIENT_RAISE = 2, PR_CAP_AMBIENT_CLEAR_ALL = 4;

    /// <summary>Groups, umask, bounding set and user ids; capabilities are kept over the change of the user.</summary>
    public static void AddIdentity(StageTable table, CredentialsPlan plan)
    {
        table.Call((ushort)StageStep.Umask, SYS_umask, plan.Umask);
        // setgroups(2) needs CAP_SETGID and is made even when the list is empty: the runtime's own groups must not stay.
        table.Call((ushort)StageStep.Setgroups, SYS_setgroups, (ulong)plan.Groups.Length,
            plan.Groups.Length == 0 ? 0 : table.Bytes(MemoryMarshal.AsBytes(plan.Groups.AsSpan())));
        // capabilities(7): without this the change from root to another user clears the permitted set.
        table.Call((ushort)StageStep.KeepCapabilities, SYS_prctl, Processes.PR_SET_KEEPCAPS, 1);
        AddBoundingSet(table, plan.Bounding);
        table.Call((ushort)StageStep.Setgid, SYS_setresgid, plan.Gid, plan.Gid, plan.Gid);
        table.Call((ushort)StageStep.Setuid, SYS_setresuid, plan.Uid, plan.Uid, plan.Uid);
    }

    public static void AddNoNewPrivileges(StageTable table) => table.Call((ushort)StageStep.NoNewPrivileges, SYS_prctl, Processes.PR_SET_NO_NEW_PRIVS, 1);

    /// <summary>The final capability sets.</summary>
    /// <param name="kept">
    /// Capabilities that the stage needs for later rows. The program does not get them: what an execve leaves permitted comes
    /// from the inheritable, bounding and ambient sets alone (capabilities(7), "Transformation of capabilities during execve()").
    /// </param>
    public static void AddPrivileges(StageTable table, CredentialsPlan plan, ulong kept)
    {
        AddCapabilities(table, plan, kept);
        table.Call((ushort)StageStep.Ambient, SYS_prctl, Processes.PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
        for (int capability = 0; capability < CapabilityNumbers; capability++)
            if ((plan.Ambient & (1UL << capability)) != 0)
                table.Call((ushort)StageStep.Ambient, SYS_prctl, Processes.PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (ulong)capability);
    }

    /// <summary>The sets of the program, and some more: the change from root to another user has cleared the effective one (capabilities(7)).</summary>
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

    // Needs CAP_SETPCAP, so it comes before the ids change. Every number is dropped that is not wanted, also those that
    // this code does not know by name; EINVAL says that the kernel has no more (capabilities(7)).
    private static void AddBoundingSet(StageTable table, ulong bounding)
    {
        int first = table.Next;
        for (int capability = 0; capability < CapabilityNumbers; capability++)
            if ((bounding & (1UL << capability)) == 0)
                table.Call((ushort)StageStep.BoundingSet, SYS_prctl, Processes.PR_CAPBSET_DROP, (ulong)capability).Tolerating(Errno.EINVAL);
        for (int row = first; row < table.Next; row++) table.OnError(row, table.Next);
    }
}
