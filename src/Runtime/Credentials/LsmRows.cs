// SPDX-License-Identifier: Apache-2.0
// Run by the exec stage as its first rows: with all privileges, and before it shares a pid namespace with others.
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Credentials;

/// <summary>
/// The rows that set the labels of the next program. They apply from the next execve(2), so the stage sets them and not
/// init: otherwise the container's profile would confine the stage. They survive the change of ids and a clone, so hooks
/// that the stage clones run under them too, as with runc.
/// </summary>
public static class LsmRows
{
    /// <param name="proc">
    /// The host's /proc, from which the stage opens its own attributes: the kernel refuses a descriptor of them that was
    /// opened before an execve. A row closes it, because a directory of the host must not stay open (CVE-2024-21626).
    /// Null for lsm_set_self_attr(2).
    /// </param>
    public static void Add(StageTable table, LsmPlan plan, Fd? proc)
    {
        // The text begins with the command: aa_change_onexec(2).
        if (plan.ApparmorProfile.Length > 0) Add(table, StageStep.Apparmor, LsmAttributes.LSM_ID_APPARMOR, "self/attr/apparmor/exec", "exec " + plan.ApparmorProfile, proc);
        if (plan.SelinuxLabel.Length > 0) Add(table, StageStep.Selinux, LsmAttributes.LSM_ID_SELINUX, "self/attr/exec", plan.SelinuxLabel, proc);
        if (proc != null) table.Call((ushort)StageStep.Descriptors, SYS_close, (ulong)proc.Value);
    }

    private static void Add(StageTable table, StageStep step, ulong module, string file, string value, Fd? proc)
    {
        if (proc == null)
        {
            byte[] context = LsmAttributes.Context(module, value);
            table.Call((ushort)step, SYS_lsm_set_self_attr, LsmAttributes.LSM_ATTR_EXEC, table.Bytes(context), (ulong)context.Length);
            return;
        }
        ulong descriptor = table.Zeroes(8), text = table.String(value);
        table.Call((ushort)step, SYS_openat, (ulong)proc.Value, table.String(file), (ulong)(OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC)).KeepAt(descriptor);
        int write = table.Next + 2, close = table.Next + 3;
        table.Load(descriptor, StageTable.ArgumentAddress(write, 0));
        table.Load(descriptor, StageTable.ArgumentAddress(close, 0));
        table.Call((ushort)step, SYS_write, 0, text, (ulong)System.Text.Encoding.UTF8.GetByteCount(value));
        table.Call((ushort)step, SYS_close);
    }
}
