// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Controllers"
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.Cgroups.V2;

/// <summary>The stats of <c>events</c> from cgroup v2, in the names and units of v1.</summary>
internal static class Stats
{
    private const ulong NanosecondsPerMicrosecond = 1000;

    public static void Write(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes)
    {
        WriteCpu(json, read);
        WriteCpuset(json);
        WriteMemory(json, read);
        // Without the pids controller the processes are counted.
        string? pids = read("pids", "pids.current");
        StatsMembers.Pids(json, pids != null ? StatsMembers.Number(pids) : Lines(read("", "cgroup.procs") ?? read("", "cgroup.threads")), StatsMembers.Number(read("pids", "pids.max")));
        WriteIo(json, read);
        StatsMembers.Hugetlb(json, pageSizes, prefix => read("hugetlb", prefix + ".current") is not { } usage ? null
            : (StatsMembers.Number(usage), 0, StatsMembers.Key(read("hugetlb", prefix.Replace(".rsvd", "") + ".events"), "max")));
    }

    private static void WriteCpu(JsonText json, ReadStatFile read)
    {
        string? stat = read("cpu", "cpu.stat");
        json.Name("cpu"u8);
        json.BeginObject();
        json.Name("usage"u8);
        json.BeginObject();
        StatsMembers.OmitEmpty(json, "total"u8, StatsMembers.Key(stat, "usage_usec") * NanosecondsPerMicrosecond);
        json.Member("kernel"u8, StatsMembers.Key(stat, "system_usec") * NanosecondsPerMicrosecond);
        json.Member("user"u8, StatsMembers.Key(stat, "user_usec") * NanosecondsPerMicrosecond);
        json.EndObject();
        StatsMembers.Throttling(json, stat, "throttled_usec", NanosecondsPerMicrosecond);
        StatsMembers.Pressure(json, read("cpu", "cpu.pressure"));
        json.EndObject();
    }

    // v2 has none of these values.
    private static void WriteCpuset(JsonText json) => V1.Stats.WriteCpuset(json, (_, _) => null);

    private static void WriteMemory(JsonText json, ReadStatFile read)
    {
        string? stat = read("memory", "memory.stat");
        ulong usage = Number("memory.current"), limit = Number("memory.max"), swap = Number("memory.swap.max");
        // v1's swap is memory and swap together; the kernel has no peak of both together.
        ulong both = swap > ulong.MaxValue - limit ? ulong.MaxValue : swap + limit;
        json.Name("memory"u8);
        json.BeginObject();
        StatsMembers.OmitEmpty(json, "cache"u8, StatsMembers.Key(stat, "file"));
        StatsMembers.Memory(json, "usage"u8, limit, usage, Number("memory.peak"), 0);
        StatsMembers.Memory(json, "swap"u8, both, usage + Number("memory.swap.current"), 0, 0);
        StatsMembers.Memory(json, "kernel"u8, 0, 0, 0, 0);
        StatsMembers.Memory(json, "kernelTCP"u8, 0, 0, 0, 0);
        StatsMembers.Raw(json, stat);
        StatsMembers.Pressure(json, read("memory", "memory.pressure"));
        json.EndObject();

        ulong Number(string file) => StatsMembers.Number(read("memory", file));
    }

    private static ulong Lines(string? text)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        ulong lines = 1;
        foreach (char next in text)
        {
            if (next == '\n') lines++;
        }
        return lines;
    }

    // "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6", in v1's two lists.
    private static void WriteIo(JsonText json, ReadStatFile read)
    {
        List<DeviceStat> bytes = [], operations = [];
        foreach (string line in (read("io", "io.stat") ?? "").Split('\n'))
        {
            string[] words = line.Split(' ');
            int colon = words[0].IndexOf(':');
            if (colon < 0) continue;
            ulong major = StatsMembers.Number(words[0][..colon]), minor = StatsMembers.Number(words[0][(colon + 1)..]);
            foreach (string word in words)
            {
                int equals = word.IndexOf('=');
                if (equals < 0) continue;
                ulong value = StatsMembers.Number(word[(equals + 1)..]);
                switch (word[..equals])
                {
                    case "rbytes": bytes.Add(new(major, minor, "Read", value)); break;
                    case "wbytes": bytes.Add(new(major, minor, "Write", value)); break;
                    case "rios": operations.Add(new(major, minor, "Read", value)); break;
                    case "wios": operations.Add(new(major, minor, "Write", value)); break;
                }
            }
        }
        json.Name("blkio"u8);
        json.BeginObject();
        StatsMembers.Devices(json, "ioServiceBytesRecursive"u8, bytes);
        StatsMembers.Devices(json, "ioServicedRecursive"u8, operations);
        StatsMembers.Pressure(json, read("io", "io.pressure"));
        json.EndObject();
    }
}
