// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.OciSpec.Json;
using Runcs.Protobuf;

namespace Runcs.Cgroups.V1;

/// <summary>Cgroup v1, and v1 with a v2 hierarchy beside it (hybrid): membership everywhere, limits in v1.</summary>
internal sealed class CgroupV1(CgroupDirectories directories, string unit) : Cgroup(directories, unit)
{
    private protected override void KillAll()
    {
        // If they can be frozen, one round is enough. If not, each round is at most one generation of forks behind.
        const int Rounds = 100;
        for (int i = 0; i < Rounds; i++)
        {
            bool frozen = SignalFrozen(Native.Processes.SIGKILL);
            ThawForKill();
            if (frozen || Processes().Count == 0) return;
            Clock.Sleep(1);
        }
    }

    public override void CheckNotFrozen(int pid)
    {
        if (FindFrozen(pid, out int held) is { } path)
            throw new RuncsException($"process {held} does not end on SIGKILL: it is frozen in the cgroup {path}: write THAWED to {path}/freezer.state and repeat the command");
    }

    /// <summary>A frozen cgroup of others that keeps SIGKILL from ending a process. One of the container's own is thawed.</summary>
    /// <param name="pid">The process, which may have children there.</param>
    /// <param name="held">The process that is in it.</param>
    /// <returns>Null for none.</returns>
    /// <exception cref="RuncsException">It is unknown.</exception>
    private string? FindFrozen(int pid, out int held)
    {
        held = pid;
        if (Directories.Find("freezer") is not { } freezer || FrozenProcess.Find(freezer.Place, pid, out held) is not { } path) return null;
        if (!$"{path}/".StartsWith(freezer.Place.Path + "/", StringComparison.Ordinal)) return freezer.Place.MountPoint + path;
        ThawForKill();
        return null;
    }

    private protected override Freezer Freezer => new FreezerV1(Directories.Find("freezer"));

    public override ulong OomKills() => Directories.Find("memory")?.ReadKey("memory.oom_control", "oom_kill") ?? 0;

    public override OomWatch? WatchOom() => Directories.Find("memory") is { } memory ? OomEvents.Open(memory) : null;

    private protected override void WriteStats(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes) => Stats.Write(json, read, pageSizes);

    public override string MetricsType => Metrics.TypeName;

    private protected override void WriteMetrics(ProtoWriter writer, ReadStatFile read, IReadOnlyList<string> pageSizes, ulong oomKills) => Metrics.Write(writer, read, pageSizes, BlockDeviceNames.Read, oomKills);

    public override CgroupLimits ReadLimits()
    {
        var controllers = new List<string>();
        foreach (CgroupDirectory directory in Directories.All) controllers.AddRange(directory.Place.Controllers);
        return new() { IsUnified = false, Controllers = [.. controllers], Unit = Unit };
    }
}
