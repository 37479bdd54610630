// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace Runcs.Native.ExecStage;

/// <summary>The exec stage's message on the report channel: eight bytes, the step that failed and its errno.</summary>
public readonly record struct StageReport(uint Step, Errno Errno)
{
    public const int Size = 8;

    /// <summary>For a hook that failed: the beginning of what it wrote.</summary>
    public string? Output { get; init; }

    /// <summary>The same of its standard error.</summary>
    public string? ErrorOutput { get; init; }

    public static StageReport Read(ReadOnlySpan<byte> record) =>
        new(MemoryMarshal.Read<uint>(record), new Errno(MemoryMarshal.Read<int>(record[4..])));
}
