// SPDX-License-Identifier: Apache-2.0
// Run by the exec stage.
using System;
using System.Runtime.InteropServices;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Seccomp;

/// <summary>The row that loads a filter; the table holds the filter itself once, for all rows that load it.</summary>
public sealed class SeccompRows(SeccompPlan plan)
{
    private ulong _filter;

    /// <summary>
    /// From the next row on all calls are filtered, including those of later children. Requires no_new_privs or
    /// CAP_SYS_ADMIN (seccomp(2)).
    /// </summary>
    public void Load(StageTable table)
    {
        if (_filter == 0) _filter = AddFilter(table);
        table.Call((ushort)StageStep.Seccomp, SYS_seccomp, SeccompFilters.SECCOMP_SET_MODE_FILTER, plan.Flags, _filter);
    }

    // struct sock_fprog of linux/filter.h.
    private ulong AddFilter(StageTable table)
    {
        ulong instructions = table.Bytes(MemoryMarshal.AsBytes(plan.Program.AsSpan()));
        return table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[(ulong)plan.Program.Length, instructions]));
    }
}
