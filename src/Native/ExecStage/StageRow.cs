// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Runcs.Native.ExecStage;

/// <summary>One row of the exec stage's table, laid out as <c>struct row</c> in stage.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StageRow
{
    public ulong Call;
    public Arguments Args;
    public ulong Keep;
    public ushort Step, OnError, OnResult, OnZero;
    public fixed byte Tolerated[10];
    private fixed byte _unused[6];

    [InlineArray(6)]
    internal struct Arguments
    {
        private ulong _first;
    }
}
