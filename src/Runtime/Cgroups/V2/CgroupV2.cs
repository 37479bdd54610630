// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.OciSpec.Json;
using Runcs.Protobuf;

namespace Runcs.Cgroups.V2;

/// <summary>Cgroup v2: one directory for everything.</summary>
internal sealed class CgroupV2(CgroupDirectories directories, string unit) : Cgroup(directories, unit)
{
    private CgroupDirectory Directory => Directories.All[0];

    // cgroup.kill (Linux 5.14) also kills processes that are forked meanwhile. A threaded cgroup refuses it (EOPNOTSUPP).
    private protected override void KillAll()
    {
        if (Directory.TryWrite("cgroup.kill", "1").IsError) SignalFrozen(Native.Processes.SIGKILL);
    }

    private protected override Freezer Freezer => new FreezerV2(Directory);

    public override ulong OomKills() => Directory.ReadKey(OomEvents.File, "oom_kill") ?? 0;

    public override OomWatch? WatchOom() => Directory.Tree.Exists($"{Directory.Path}/{OomEvents.File}") ? OomEvents.Open(this, $"{Directory.Place.HostPath}/{OomEvents.File}") : null;

    private protected override void WriteStats(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes) => Stats.Write(json, read, pageSizes);

    public override string MetricsType => Metrics.TypeName;

    private protected override void WriteMetrics(ProtoWriter writer, ReadStatFile read, IReadOnlyList<string> pageSizes, ulong oomKills) => Metrics.Write(writer, read, pageSizes, oomKills);

    public override CgroupLimits ReadLimits()
    {
        string controllers = Directory.Read("cgroup.controllers") ?? "";
        string? quota = Directory.Read("cpu.max");
        string[] words = quota?.Split(' ') ?? [];
        return new CgroupLimits
        {
            IsUnified = true,
            Controllers = CgroupFacts.Words(controllers),
            Memory = ReadBytes("memory.max"),
            CpuQuota = quota == null ? null : words[0],
            CpuPeriod = words.Length == 2 && ulong.TryParse(words[1], out ulong period) ? period : null,
            Unit = Unit,
        };
    }

    private protected override long MemoryInUse(bool withSwap) => (ReadBytes("memory.current") ?? 0) + (withSwap ? ReadBytes("memory.swap.current") ?? 0 : 0);

    // Null without the file, -1 for "max".
    private long? ReadBytes(string file)
    {
        if (Directory.Read(file) is not { } text) return null;
        return long.TryParse(text, out long bytes) ? bytes : -1;
    }
}
