// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Runcs.Cgroups;
using Runcs.Oracle.MetricsV1;
using Runcs.Protobuf;

namespace Runcs.Integration;

/// <summary>The metrics of runc's shim, as ctr prints them, and ours of the same cgroup.</summary>
[Collection(ContainerdFixture.Name)]
public sealed class ContainerdMetricsTests(ContainerdFixture fixture) : IDisposable
{
    private const string Id = "metrics";
    private readonly Containerd _containerd = fixture.Containerd;

    [Fact]
    public void Our_metrics_of_v1_are_those_of_runcs_shim()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using LoopDevice device = new(_containerd.Path("disk"));
        _containerd.Up(Id, ["--memory-limit", "33554432", "--cpus", "0.5", "--mount", $"type=ext4,src={device.Path},dst=/mnt"],
            "sh", "-c", "dd if=/dev/zero of=/mnt/file bs=1M count=2 conv=fsync; sleep 1000 & exec sleep 1000");
        Eventually.True(() => Theirs().Pids.Current == 2, "it has written");
        _containerd.Run("task", "pause", Id);
        using Cgroup cgroup = Cgroup.Open(CgroupPlanner.PlanCgroups(null, $"/{_containerd.Namespace}/{Id}", Id, CgroupFacts.Read()).Paths);
        string difference = "";
        // The kernel adds up what its processors have counted, with a delay.
        Assert.NotEmpty(Ours(cgroup).Blkio.IoServicedRecursive);
        Eventually.True(() => (difference = Difference(Theirs(), Ours(cgroup))).Length == 0, () => difference);
    }

    private Metrics Theirs() => JsonParser.Default.Parse<Metrics>(_containerd.Run("task", "metrics", "--format", "json", Id).Stdout);

    private static Metrics Ours(Cgroup cgroup)
    {
        var writer = new ProtoWriter();
        cgroup.WriteMetrics(writer);
        return Metrics.Parser.ParseFrom(writer.Written);
    }

    private static string Difference(Metrics theirs, Metrics ours) => theirs.Equals(ours) ? "" : $"{theirs}\n{ours}";

    public void Dispose()
    {
        _containerd.Try("task", "resume", Id);
        _containerd.Remove(Id);
    }
}
