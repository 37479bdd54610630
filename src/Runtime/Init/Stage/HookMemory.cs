// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;

namespace Runcs.Init.Stage;

/// <summary>The exec stage's variables for a running hook; all hooks use the same.</summary>
internal sealed class HookMemory(StageTable table, HookPipes output)
{
    /// <summary>Three entries of poll(2): the hook's pidfd, its standard output and its standard error.</summary>
    internal ulong Poll { get; } = table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<Descriptors.PollFd>)
    [
        new() { Events = PollEvents.POLLIN },
        new() { Fd = output.Read.Value, Events = PollEvents.POLLIN },
        new() { Fd = output.ErrorRead.Value, Events = PollEvents.POLLIN },
    ]));

    /// <summary>Eight bytes for the hook's pid.</summary>
    internal ulong Pid { get; } = table.Zeroes(sizeof(ulong));

    /// <summary>The report of its failure: <see cref="HookReport"/>.</summary>
    internal ulong Message { get; } = table.Zeroes(HookReport.Size);
}
