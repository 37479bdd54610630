// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Controllers"
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Cgroups.V2;

/// <summary>containerd's metrics of cgroup v2. As with runc's shim, the field network is not written, which is not in the cgroup's files.</summary>
internal static class Metrics
{
    public const string TypeName = "io.containerd.cgroups.v2.Metrics";

    // The names in memory.stat of the first fields of MemoryStat, each of which is its position.
    private static readonly string[] _memoryKeys =
    [
        "anon", "file", "kernel_stack", "slab", "sock", "shmem", "file_mapped", "file_dirty", "file_writeback", "anon_thp",
        "inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable", "slab_reclaimable", "slab_unreclaimable", "pgfault", "pgmajfault",
        "workingset_refault", "workingset_activate", "workingset_nodereclaim", "pgrefill", "pgscan", "pgsteal", "pgactivate", "pgdeactivate",
        "pglazyfree", "pglazyfreed", "thp_fault_alloc", "thp_collapse_alloc",
    ];

    /// <param name="oomKills">As of <see cref="Cgroup.WriteMetrics(ProtoWriter, ulong)"/>.</param>
    public static void Write(ProtoWriter writer, ReadStatFile read, IReadOnlyList<string> pageSizes, ulong oomKills)
    {
        int pids = writer.Begin(1);
        writer.Number(1, StatsMembers.Number(read("pids", "pids.current")));
        writer.Number(2, StatsMembers.Number(read("pids", "pids.max")));
        writer.End(pids);
        WriteCpu(writer, 2, read);
        WriteMemory(writer, 4, read);
        MetricsFields.Rdma(writer, 5, read("rdma", "rdma.current"), read("rdma", "rdma.max"));
        WriteIo(writer, 6, read);
        WriteHugetlb(writer, 7, read, pageSizes);
        WriteMemoryEvents(writer, 8, read("memory", OomEvents.File), oomKills);
    }

    private static void WriteCpu(ProtoWriter writer, int field, ReadStatFile read)
    {
        string? stat = read("cpu", "cpu.stat");
        int cpu = writer.Begin(field);
        MetricsFields.Keys(writer, 1, stat, "usage_usec", "user_usec", "system_usec", "nr_periods", "nr_throttled", "throttled_usec");
        MetricsFields.Pressure(writer, 7, read("cpu", "cpu.pressure"));
        MetricsFields.Keys(writer, 8, stat, "nr_bursts", "burst_usec");
        writer.End(cpu);
    }

    private static void WriteMemory(ProtoWriter writer, int field, ReadStatFile read)
    {
        string? stat = read("memory", "memory.stat");
        int memory = writer.Begin(field);
        MetricsFields.Keys(writer, 1, stat, _memoryKeys);
        int next = _memoryKeys.Length + 1;
        foreach (string file in (ReadOnlySpan<string>)["memory.current", "memory.max", "memory.swap.current", "memory.swap.max", "memory.peak", "memory.swap.peak"])
            writer.Number(next++, StatsMembers.Number(read("memory", file)));
        MetricsFields.Pressure(writer, 38, read("memory", "memory.pressure"));
        MetricsFields.Keys(writer, 39, stat, "workingset_refault_anon", "workingset_refault_file", "workingset_activate_anon", "workingset_activate_file");
        writer.End(memory);
    }

    // "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6"
    private static void WriteIo(ProtoWriter writer, int field, ReadStatFile read)
    {
        int io = writer.Begin(field);
        foreach (string line in (read("io", "io.stat") ?? "").Split('\n'))
        {
            string[] words = line.Split(' ');
            int colon = words[0].IndexOf(':');
            if (colon < 0 || words.Length < 2) continue;
            int entry = writer.Begin(1);
            writer.Number(1, StatsMembers.Number(words[0][..colon]));
            writer.Number(2, StatsMembers.Number(words[0][(colon + 1)..]));
            int next = 3;
            foreach (string key in (ReadOnlySpan<string>)["rbytes=", "wbytes=", "rios=", "wios="]) writer.Number(next++, StatsMembers.Number(MetricsFields.Value(words, key)));
            writer.End(entry);
        }
        MetricsFields.Pressure(writer, 2, read("io", "io.pressure"));
        writer.End(io);
    }

    private static void WriteHugetlb(ProtoWriter writer, int field, ReadStatFile read, IReadOnlyList<string> pageSizes)
    {
        foreach (string size in pageSizes)
        {
            string prefix = $"hugetlb.{size}.";
            if (read("hugetlb", prefix + "current") is not { } current) continue;
            int entry = writer.Begin(field);
            writer.Number(1, StatsMembers.Number(current));
            writer.Number(2, StatsMembers.Number(read("hugetlb", prefix + "max")));
            writer.Text(3, size);
            writer.Number(4, StatsMembers.Key(read("hugetlb", prefix + "events"), "max"));
            writer.End(entry);
        }
    }

    private static void WriteMemoryEvents(ProtoWriter writer, int field, string? text, ulong oomKills)
    {
        if (text == null && oomKills == 0) return;
        int events = writer.Begin(field);
        MetricsFields.Keys(writer, 1, text, "low", "high", "max", "oom");
        writer.Number(5, Math.Max(StatsMembers.Key(text, "oom_kill"), oomKills));
        MetricsFields.Keys(writer, 6, text, "oom_group_kill");
        writer.End(events);
    }
}
