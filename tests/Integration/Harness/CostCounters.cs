// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;

namespace Runcs.Harness;

/// <summary>
/// The kernel's own counters (perf_event_open(2)) of a process and its later descendants, alive or dead. They begin at the
/// process's execve and disturb nothing: no call is stopped, unlike under a tracer.
/// </summary>
internal sealed partial class CostCounters : IDisposable
{
    private const uint PERF_TYPE_SOFTWARE = 1, PERF_TYPE_TRACEPOINT = 2;
    private const ulong PERF_COUNT_SW_TASK_CLOCK = 1, PERF_COUNT_SW_CONTEXT_SWITCHES = 3, PERF_COUNT_SW_PAGE_FAULTS_MIN = 5;
    private const ulong Disabled = 1 << 0, Inherit = 1 << 1, EnableOnExec = 1 << 12;
    private const ulong PERF_FLAG_FD_CLOEXEC = 8;

    private static readonly Lazy<ulong[]> _tracepoints = new(ReadTracepoints);
    private readonly List<int> _counters = [];

    /// <param name="pid">A process with one thread; 0 is the calling thread, whose next child is counted.</param>
    public CostCounters(int pid)
    {
        try
        {
            foreach (ulong tracepoint in _tracepoints.Value)
                Open(pid, PERF_TYPE_TRACEPOINT, tracepoint);
            foreach (ulong kind in (ulong[])[PERF_COUNT_SW_PAGE_FAULTS_MIN, PERF_COUNT_SW_CONTEXT_SWITCHES, PERF_COUNT_SW_TASK_CLOCK])
                Open(pid, PERF_TYPE_SOFTWARE, kind);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The reason why this machine cannot count, or null.</summary>
    public static string? Refusal()
    {
        try
        {
            new CostCounters(0).Dispose();
            return null;
        }
        catch (NotSupportedException exception)
        {
            return exception.Message;
        }
    }

    public Costs Read() => new(Value(0), Value(2), Value(1), Value(3), TimeSpan.FromMicroseconds(Value(4) / 1000.0));

    public void Dispose()
    {
        foreach (int counter in _counters)
            _ = close(counter);
        _counters.Clear();
    }

    private void Open(int pid, uint type, ulong config)
    {
        Attributes attributes = new() { Type = type, Size = (uint)Marshal.SizeOf<Attributes>(), Config = config, Flags = Disabled | Inherit | EnableOnExec };
        nint counter = perf_event_open((long)SystemCall.SYS_perf_event_open, ref attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
        if (counter < 0)
            throw new NotSupportedException($"perf_event_open(2): {Marshal.GetLastPInvokeErrorMessage()}");
        _counters.Add((int)counter);
    }

    private long Value(int at) =>
        read(_counters[at], out long value, sizeof(long)) == sizeof(long) ? value : throw new InvalidOperationException($"read of a counter: {Marshal.GetLastPInvokeErrorMessage()}");

    // The numbers of sys_enter and of sched_process_fork, from tracefs, which is mounted in a mount namespace of its own if the machine has not mounted it.
    private static ulong[] ReadTracepoints()
    {
        const string script = """
            cd /sys/kernel/tracing && { [ -d events ] || { mount -t tracefs tracefs . && cd "$PWD"; }; } && cat events/raw_syscalls/sys_enter/id events/sched/sched_process_fork/id
            """;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string problem = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return lines.Length == 2 ? [.. lines.Select(ulong.Parse)] : throw new NotSupportedException($"tracefs: {problem.Trim()}");
    }

    /// <summary>struct perf_event_attr in its first version (PERF_ATTR_SIZE_VER0, 64 bytes).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Type, Size;
        public ulong Config, SamplePeriod, SampleType, ReadFormat, Flags;
        public uint WakeupEvents, BreakpointType;
        public ulong Config1;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint perf_event_open(long number, ref Attributes attributes, long pid, long cpu, long group, ulong flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, out long value, nint count);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
