// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1: cpuacct.rst, memory.rst, blkio-controller.rst, hugetlb.rst, rdma.rst
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Cgroups.V1;

/// <summary>
/// containerd's metrics of cgroup v1. A controller that is missing has no message, except cpu. As with runc's shim, the fields network
/// and cgroup_stats are not written, which are not in the cgroup's files.
/// </summary>
internal static class Metrics
{
    public const string TypeName = "io.containerd.cgroups.v1.Metrics";

    // The names in memory.stat of the first fields of MemoryStat, each of which is its position.
    private static readonly string[] _memoryKeys =
    [
        "cache", "rss", "rss_huge", "mapped_file", "dirty", "writeback", "pgpgin", "pgpgout", "pgfault", "pgmajfault",
        "inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable", "hierarchical_memory_limit", "hierarchical_memsw_limit",
        "total_cache", "total_rss", "total_rss_huge", "total_mapped_file", "total_dirty", "total_writeback", "total_pgpgin", "total_pgpgout",
        "total_pgfault", "total_pgmajfault", "total_inactive_anon", "total_active_anon", "total_inactive_file", "total_active_file", "total_unevictable",
    ];

    /// <param name="readNames">Reads the names of block devices, if there are values of any.</param>
    /// <param name="oomKills">As of <see cref="Cgroup.WriteMetrics(ProtoWriter, ulong)"/>.</param>
    public static void Write(ProtoWriter writer, ReadStatFile read, IReadOnlyList<string> pageSizes, Func<Dictionary<(ulong Major, ulong Minor), string>> readNames, ulong oomKills)
    {
        WriteHugetlb(writer, 1, read, pageSizes);
        WritePids(writer, 2, read);
        WriteCpu(writer, 3, read);
        WriteMemory(writer, 4, read);
        WriteBlkio(writer, 5, read, readNames);
        string? rdma = read("rdma", "rdma.current");
        if (rdma != null) MetricsFields.Rdma(writer, 6, rdma, read("rdma", "rdma.max"));
        WriteOomControl(writer, 9, read("memory", "memory.oom_control"), oomKills);
    }

    private static void WriteHugetlb(ProtoWriter writer, int field, ReadStatFile read, IReadOnlyList<string> pageSizes)
    {
        foreach (string size in pageSizes)
        {
            string prefix = $"hugetlb.{size}.";
            if (read("hugetlb", prefix + "usage_in_bytes") is not { } usage) continue;
            int entry = writer.Begin(field);
            writer.Number(1, StatsMembers.Number(usage));
            writer.Number(2, StatsMembers.Number(read("hugetlb", prefix + "max_usage_in_bytes")));
            writer.Number(3, StatsMembers.Number(read("hugetlb", prefix + "failcnt")));
            writer.Text(4, size);
            writer.End(entry);
        }
    }

    private static void WritePids(ProtoWriter writer, int field, ReadStatFile read)
    {
        if (read("pids", "pids.current") is not { } current) return;
        ulong limit = StatsMembers.Number(read("pids", "pids.max"));
        int pids = writer.Begin(field);
        writer.Number(1, StatsMembers.Number(current));
        // No limit is 0 here.
        if (limit != ulong.MaxValue) writer.Number(2, limit);
        writer.End(pids);
    }

    private static void WriteCpu(ProtoWriter writer, int field, ReadStatFile read)
    {
        const string Name = "cpuacct";
        string? ticks = read(Name, "cpuacct.stat");
        int cpu = writer.Begin(field), usage = writer.Begin(1);
        writer.Number(1, StatsMembers.Number(read(Name, "cpuacct.usage")));
        writer.Number(2, StatsMembers.Key(ticks, "system") * Stats.NanosecondsPerTick);
        writer.Number(3, StatsMembers.Key(ticks, "user") * Stats.NanosecondsPerTick);
        writer.Numbers(4, Stats.Numbers(read(Name, "cpuacct.usage_percpu")));
        writer.End(usage);
        int throttling = writer.Begin(2);
        MetricsFields.Keys(writer, 1, read("cpu", "cpu.stat"), "nr_periods", "nr_throttled", "throttled_time");
        writer.End(throttling);
        writer.End(cpu);
    }

    private static void WriteMemory(ProtoWriter writer, int field, ReadStatFile read)
    {
        if (read("memory", "memory.stat") is not { } stat) return;
        int memory = writer.Begin(field);
        MetricsFields.Keys(writer, 1, stat, _memoryKeys);
        int next = _memoryKeys.Length + 1;
        foreach (string prefix in (ReadOnlySpan<string>)["memory.", "memory.memsw.", "memory.kmem.", "memory.kmem.tcp."])
        {
            int entry = writer.Begin(next++);
            int file = 1;
            foreach (string name in (ReadOnlySpan<string>)["limit_in_bytes", "usage_in_bytes", "max_usage_in_bytes", "failcnt"])
                writer.Number(file++, StatsMembers.Number(read("memory", prefix + name)));
            writer.End(entry);
        }
        writer.End(memory);
    }

    // The kinds are in the order of the fields.
    private static void WriteBlkio(ProtoWriter writer, int field, ReadStatFile read, Func<Dictionary<(ulong Major, ulong Minor), string>> readNames)
    {
        List<DeviceStat>?[] found = Stats.ReadBlkio(read);
        if (Array.TrueForAll(found, kind => kind == null) && read("blkio", "blkio.throttle.io_service_bytes") == null) return;
        Dictionary<(ulong Major, ulong Minor), string> names = readNames();
        int blkio = writer.Begin(field);
        for (int i = 0; i < found.Length; i++)
        {
            foreach (DeviceStat value in found[i] ?? [])
            {
                int entry = writer.Begin(i + 1);
                writer.Text(1, value.Op);
                writer.Text(2, names.GetValueOrDefault((value.Major, value.Minor), ""));
                writer.Number(3, value.Major);
                writer.Number(4, value.Minor);
                writer.Number(5, value.Value);
                writer.End(entry);
            }
        }
        writer.End(blkio);
    }

    private static void WriteOomControl(ProtoWriter writer, int field, string? text, ulong oomKills)
    {
        if (text == null && oomKills == 0) return;
        int control = writer.Begin(field);
        MetricsFields.Keys(writer, 1, text, "oom_kill_disable", "under_oom");
        writer.Number(3, Math.Max(StatsMembers.Key(text, "oom_kill"), oomKills));
        writer.End(control);
    }
}
