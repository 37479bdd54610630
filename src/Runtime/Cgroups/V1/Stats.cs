// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1: cpuacct.rst, cpusets.rst, memory.rst, blkio-controller.rst, hugetlb.rst
using System;
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.Cgroups.V1;

/// <summary>The stats of <c>events</c> from cgroup v1.</summary>
internal static class Stats
{
    // USER_HZ, in which cpuacct.stat counts, is 100 on every architecture of ours (asm-generic/param.h).
    public const ulong NanosecondsPerTick = 10_000_000;

    public static void Write(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes)
    {
        WriteCpu(json, read);
        WriteCpuset(json, read);
        WriteMemory(json, read);
        StatsMembers.Pids(json, StatsMembers.Number(read("pids", "pids.current")), StatsMembers.Number(read("pids", "pids.max")));
        WriteBlkio(json, read);
        StatsMembers.Hugetlb(json, pageSizes, prefix => read("hugetlb", prefix + ".usage_in_bytes") is not { } usage ? null
            : (StatsMembers.Number(usage), StatsMembers.Number(read("hugetlb", prefix + ".max_usage_in_bytes")), StatsMembers.Number(read("hugetlb", prefix + ".failcnt"))));
    }

    private static void WriteCpu(JsonText json, ReadStatFile read)
    {
        const string Name = "cpuacct";
        string? ticks = read(Name, "cpuacct.stat");
        json.Name("cpu"u8);
        json.BeginObject();
        json.Name("usage"u8);
        json.BeginObject();
        StatsMembers.OmitEmpty(json, "total"u8, StatsMembers.Number(read(Name, "cpuacct.usage")));
        StatsMembers.OmitEmpty(json, "percpu"u8, Numbers(read(Name, "cpuacct.usage_percpu")));
        // A header, then lines of CPU, user time, system time.
        string[] all = (read(Name, "cpuacct.usage_all") ?? "").Split('\n');
        StatsMembers.OmitEmpty(json, "percpu_kernel"u8, Column(all, 2));
        StatsMembers.OmitEmpty(json, "percpu_user"u8, Column(all, 1));
        json.Member("kernel"u8, StatsMembers.Key(ticks, "system") * NanosecondsPerTick);
        json.Member("user"u8, StatsMembers.Key(ticks, "user") * NanosecondsPerTick);
        json.EndObject();
        StatsMembers.Throttling(json, read("cpu", "cpu.stat"), "throttled_time", 1);
        json.EndObject();
    }

    /// <summary>The numbers of a line.</summary>
    public static List<ulong> Numbers(string? text)
    {
        var numbers = new List<ulong>();
        foreach (string word in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)) numbers.Add(StatsMembers.Number(word));
        return numbers;
    }

    private static List<ulong> Column(string[] lines, int column)
    {
        var numbers = new List<ulong>();
        for (int i = 1; i < lines.Length; i++)
        {
            string[] words = lines[i].Split(' ');
            if (words.Length > 2) numbers.Add(StatsMembers.Number(words[column]));
        }
        return numbers;
    }

    public static void WriteCpuset(JsonText json, ReadStatFile read)
    {
        json.Name("cpuset"u8);
        json.BeginObject();
        StatsMembers.OmitEmpty(json, "cpus"u8, Range(Value("cpus")));
        json.Member("cpu_exclusive"u8, StatsMembers.Number(Value("cpu_exclusive")));
        StatsMembers.OmitEmpty(json, "mems"u8, Range(Value("mems")));
        foreach (string flag in (ReadOnlySpan<string>)["mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page", "memory_spread_slab", "memory_pressure", "sched_load_balance"])
        {
            json.Name(flag);
            json.Number(StatsMembers.Number(Value(flag)));
        }
        json.Member("sched_relax_domain_level"u8, long.TryParse(Value("sched_relax_domain_level"), out long level) ? level : 0);
        json.EndObject();

        // The hierarchy may be mounted with the option noprefix.
        string? Value(string file) => read(CpusetController.Name, "cpuset." + file) ?? read(CpusetController.Name, file);
    }

    // 0-2,5 is 0, 1, 2, 5.
    private static List<ulong> Range(string? text)
    {
        const ulong Most = ushort.MaxValue;
        var numbers = new List<ulong>();
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int dash = part.IndexOf('-');
            ulong first = StatsMembers.Number(part), last = dash < 0 ? first : Math.Min(StatsMembers.Number(part[(dash + 1)..]), Most);
            for (ulong number = first; number <= last; number++) numbers.Add(number);
        }
        return numbers;
    }

    private static void WriteMemory(JsonText json, ReadStatFile read)
    {
        string? stat = read("memory", "memory.stat");
        json.Name("memory"u8);
        json.BeginObject();
        StatsMembers.OmitEmpty(json, "cache"u8, StatsMembers.Key(stat, "cache"));
        Entry("usage"u8, "memory");
        Entry("swap"u8, "memory.memsw");
        Entry("kernel"u8, "memory.kmem");
        Entry("kernelTCP"u8, "memory.kmem.tcp");
        StatsMembers.Raw(json, stat);
        json.EndObject();

        void Entry(ReadOnlySpan<byte> name, string prefix) => StatsMembers.Memory(json, name, Value(prefix, ".limit_in_bytes"), Value(prefix, ".usage_in_bytes"),
            Value(prefix, ".max_usage_in_bytes"), Value(prefix, ".failcnt"));

        ulong Value(string prefix, string file) => StatsMembers.Number(read("memory", prefix + file));
    }

    private const int Bytes = 0, Operations = 1, Queued = 2, ServiceTime = 3, WaitTime = 4, Merged = 5, Time = 6, Sectors = 7, Kinds = 8;

    private static void WriteBlkio(JsonText json, ReadStatFile read)
    {
        List<DeviceStat>?[] found = ReadBlkio(read);
        json.Name("blkio"u8);
        json.BeginObject();
        StatsMembers.Devices(json, "ioServiceBytesRecursive"u8, found[Bytes]);
        StatsMembers.Devices(json, "ioServicedRecursive"u8, found[Operations]);
        StatsMembers.Devices(json, "ioQueueRecursive"u8, found[Queued]);
        StatsMembers.Devices(json, "ioServiceTimeRecursive"u8, found[ServiceTime]);
        StatsMembers.Devices(json, "ioWaitTimeRecursive"u8, found[WaitTime]);
        StatsMembers.Devices(json, "ioMergedRecursive"u8, found[Merged]);
        StatsMembers.Devices(json, "ioTimeRecursive"u8, found[Time]);
        StatsMembers.Devices(json, "sectorsRecursive"u8, found[Sectors]);
        json.EndObject();
    }

    /// <summary>
    /// Bytes, operations, those queued, service time, wait time, those merged, time and sectors, in this order; null for a kind
    /// that the kernel does not count. The files depend on the I/O scheduler and on debugging options; as with runc, the first
    /// group with values is taken. Only BFQ and throttling remain: Linux 5.0 removed CFQ.
    /// </summary>
    public static List<DeviceStat>?[] ReadBlkio(ReadStatFile read)
    {
        var found = new List<DeviceStat>?[Kinds];
        if (!TryRead("blkio.bfq.", (Sectors, "sectors_recursive"), (ServiceTime, "io_service_time_recursive"), (WaitTime, "io_wait_time_recursive"), (Merged, "io_merged_recursive"),
                (Queued, "io_queued_recursive"), (Time, "time_recursive"), (Operations, "io_serviced_recursive"), (Bytes, "io_service_bytes_recursive"))
            && !TryRead("blkio.bfq.", (Operations, "io_serviced_recursive"), (Bytes, "io_service_bytes_recursive"))
            && !TryRead("blkio.throttle.", (Operations, "io_serviced_recursive"), (Bytes, "io_service_bytes_recursive")))
            TryRead("blkio.throttle.", (Operations, "io_serviced"), (Bytes, "io_service_bytes"));
        return found;

        bool TryRead(string prefix, params ReadOnlySpan<(int Kind, string File)> files)
        {
            foreach ((int kind, string file) in files)
            {
                List<DeviceStat> values = OfDevices(read("blkio", prefix + file));
                if (values.Count == 0) return kind != files[0].Kind;
                found[kind] = values;
            }
            return true;
        }
    }

    // "8:0 Read 4096", or without the operation; also a "Total" for each device, and one for all devices.
    private static List<DeviceStat> OfDevices(string? text)
    {
        var values = new List<DeviceStat>();
        foreach (string line in (text ?? "").Split('\n'))
        {
            string[] words = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3) continue;
            bool hasOperation = words.Length > 3;
            values.Add(new(StatsMembers.Number(words[0]), StatsMembers.Number(words[1]), hasOperation ? words[2] : "", StatsMembers.Number(words[hasOperation ? 3 : 2])));
        }
        return values;
    }
}
