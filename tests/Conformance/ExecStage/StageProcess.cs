// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using Runcs.Native;
using Runcs.Native.ExecStage;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Conformance.ExecStage;

/// <summary>Runs a table as a process.</summary>
internal static partial class StageProcess
{
    public const int Stdout = 1, Stderr = 2;

    /// <summary>Its standard error is its report channel.</summary>
    public static (int ExitCode, string Output, byte[] Report) Run(StageTable table)
    {
        using Fd image = table.Seal(Stderr);
        ProcessStartInfo how = new($"/proc/{Environment.ProcessId}/fd/{image.Value}") { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(how)!;
        using MemoryStream report = new();
        // A wrong table may loop.
        using Timer limit = new(_ => process.Kill(), null, Patience.Seconds(30), Timeout.InfiniteTimeSpan);
        string output = process.StandardOutput.ReadToEnd();
        process.StandardError.BaseStream.CopyTo(report);
        process.WaitForExit();
        return (process.ExitCode, output, report.ToArray());
    }

    public static StageTable Write(this StageTable table, string text) =>
        table.Call(1, SYS_write, Stdout, table.String(text), (ulong)text.Length);

    public static StageTable Exit(this StageTable table, int code) => table.Call(1, SYS_exit_group, (ulong)code);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int command, nint argument);
}
