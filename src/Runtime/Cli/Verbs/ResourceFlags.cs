// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Runcs.Cli.Parsing;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Cli.Verbs;

/// <summary>The flags of <c>update</c> for fields of <c>linux.resources</c>.</summary>
internal static class ResourceFlags
{
    /// <summary>Each flag and the field that it sets.</summary>
    private static string[] Fields() =>
    [
        "blkio-weight", "blockIO.weight", "cpu-period", "cpu.period", "cpu-quota", "cpu.quota", "cpu-burst", "cpu.burst", "cpu-share", "cpu.shares",
        "cpu-rt-period", "cpu.realtimePeriod", "cpu-rt-runtime", "cpu.realtimeRuntime", "cpuset-cpus", "cpu.cpus", "cpuset-mems", "cpu.mems",
        "cpu-idle", "cpu.idle", "memory-reservation", "memory.reservation", "memory-swap", "memory.swap", "memory", "memory.limit",
        "pids-limit", "pids.limit",
    ];

    public static Flag[] Define() =>
    [
        new(FlagKind.Number, "blkio-weight", "block I/O weight, 10 to 1000"),
        new(FlagKind.Text, "cpu-period", "CPU period in microseconds"),
        new(FlagKind.Text, "cpu-quota", "CPU quota per period, in microseconds"),
        new(FlagKind.Text, "cpu-burst", "CPU time that may be accumulated, in microseconds"),
        new(FlagKind.Text, "cpu-share", "CPU shares"),
        new(FlagKind.Text, "cpu-rt-period", "realtime CPU period in microseconds"),
        new(FlagKind.Text, "cpu-rt-runtime", "realtime CPU time per period, in microseconds"),
        new(FlagKind.Text, "cpuset-cpus", "CPUs to use, such as 0-3,7"),
        new(FlagKind.Text, "cpuset-mems", "memory nodes to use, such as 0,1"),
        new(FlagKind.Text, "memory", "memory limit in bytes or with a unit, such as 64m; -1 for no limit"),
        new(FlagKind.Text, "memory-reservation", "soft memory limit in bytes"),
        new(FlagKind.Text, "memory-swap", "limit of memory and swap together in bytes; -1 for no limit"),
        new(FlagKind.Text, "cpu-idle", "1 for SCHED_IDLE, 0 for normal scheduling"),
        new(FlagKind.Number, "pids-limit", "maximum number of processes; -1 for no limit"),
        new(FlagKind.Text, "kernel-memory", "has no effect") { Hidden = true },
        new(FlagKind.Text, "kernel-memory-tcp", "has no effect") { Hidden = true },
    ];

    /// <exception cref="RuncsException">A value is not valid.</exception>
    public static LinuxResources Read(Arguments arguments)
    {
        if (Size(arguments, "kernel-memory") != null | Size(arguments, "kernel-memory-tcp") != null) Log.Warn("Kernel memory settings are ignored and will be removed");
        return new LinuxResources
        {
            Memory = new LinuxMemory
            {
                Limit = Size(arguments, "memory"),
                Reservation = Size(arguments, "memory-reservation"),
                Swap = Size(arguments, "memory-swap"),
            },
            CPU = new LinuxCPU
            {
                Period = Unsigned(arguments, "cpu-period"),
                Quota = Signed(arguments, "cpu-quota"),
                Burst = Unsigned(arguments, "cpu-burst"),
                Shares = Unsigned(arguments, "cpu-share"),
                RealtimePeriod = Unsigned(arguments, "cpu-rt-period"),
                RealtimeRuntime = Signed(arguments, "cpu-rt-runtime"),
                Cpus = arguments.Get("cpuset-cpus") ?? "",
                Mems = arguments.Get("cpuset-mems") ?? "",
                Idle = Signed(arguments, "cpu-idle"),
            },
            Pids = new LinuxPids { Limit = arguments.Get("pids-limit") == null ? null : arguments.Number("pids-limit") },
            BlockIO = new LinuxBlockIO { Weight = Weight(arguments) },
        };
    }

    /// <summary>Replaces the fields in an error by their flags.</summary>
    public static string Rename(string message)
    {
        string[] fields = Fields();
        for (int i = 0; i < fields.Length; i += 2) message = message.Replace("linux.resources." + fields[i + 1], "--" + fields[i]);
        return message;
    }

    private static ushort? Weight(Arguments arguments)
    {
        int weight = arguments.Number("blkio-weight");
        return weight is >= 0 and <= ushort.MaxValue ? (ushort)weight : throw Invalid("blkio-weight", "must be 10 to 1000", weight.ToString());
    }

    private static long? Size(Arguments arguments, string flag)
    {
        string text = arguments.Get(flag) ?? "";
        if (text.Length == 0) return null;
        if (text == "-1") return -1;
        return ByteSize.TryParse(text, out long bytes) ? bytes : throw Invalid(flag, "must be -1 or a size such as 67108864 or 64m", text);
    }

    private static long? Signed(Arguments arguments, string flag)
    {
        string text = arguments.Get(flag) ?? "";
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Invalid(flag, "must be a whole number", text);
    }

    private static ulong? Unsigned(Arguments arguments, string flag)
    {
        string text = arguments.Get(flag) ?? "";
        if (text.Length == 0) return null;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : throw Invalid(flag, "must be a whole number, 0 or more", text);
    }

    private static RuncsException Invalid(string flag, string what, string text) => new($"invalid value for {flag}: {what}, got \"{text}\"");
}
