// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Runcs.Cgroups;
using Runcs.Protobuf;

namespace Runcs.Conformance.Cgroups;

/// <summary>containerd's metrics from the texts of the kernel's files, read by Google.Protobuf.</summary>
public class MetricsTests
{
    private static readonly string[] _sizes = ["1GB", "2MB"];

    private const string Partitions = "major minor  #blocks  name\n\n   8        3   10485760 sda3\n 253        1       1024 dm-1\n";

    // Every value is another one, so a mistaken field is seen.
    private static readonly Dictionary<string, string> _v1 = new()
    {
        ["cpuacct.usage"] = "22079966",
        ["cpuacct.usage_percpu"] = "9827287 0 12252679 ",
        ["cpuacct.stat"] = "user 17\nsystem 5",
        ["cpu.stat"] = "nr_periods 12\nnr_throttled 3\nthrottled_time 45678\nnr_bursts 0\nburst_time 0",
        ["memory.stat"] = Numbered("cache rss rss_huge shmem mapped_file dirty writeback swap pgpgin pgpgout pgfault pgmajfault inactive_anon active_anon inactive_file active_file unevictable "
            + "hierarchical_memory_limit hierarchical_memsw_limit total_cache total_rss total_rss_huge total_shmem total_mapped_file total_dirty total_writeback total_swap total_pgpgin "
            + "total_pgpgout total_pgfault total_pgmajfault total_inactive_anon total_active_anon total_inactive_file total_active_file total_unevictable", 1001),
        ["memory.limit_in_bytes"] = "9223372036854771712",
        ["memory.usage_in_bytes"] = "2001",
        ["memory.max_usage_in_bytes"] = "2002",
        ["memory.failcnt"] = "2003",
        ["memory.memsw.limit_in_bytes"] = "2010",
        ["memory.memsw.usage_in_bytes"] = "2011",
        ["memory.memsw.max_usage_in_bytes"] = "2012",
        ["memory.memsw.failcnt"] = "2013",
        ["memory.kmem.limit_in_bytes"] = "2020",
        ["memory.kmem.usage_in_bytes"] = "2021",
        ["memory.kmem.max_usage_in_bytes"] = "2022",
        ["memory.kmem.failcnt"] = "2023",
        ["memory.kmem.tcp.limit_in_bytes"] = "2030",
        ["memory.kmem.tcp.usage_in_bytes"] = "2031",
        ["memory.kmem.tcp.max_usage_in_bytes"] = "2032",
        ["memory.kmem.tcp.failcnt"] = "2033",
        ["memory.oom_control"] = "oom_kill_disable 1\nunder_oom 1\noom_kill 7",
        ["pids.current"] = "3",
        ["pids.max"] = "4",
        ["blkio.bfq.sectors_recursive"] = "8:3 3001",
        ["blkio.bfq.io_service_time_recursive"] = "8:3 Read 3002\nTotal 3002",
        ["blkio.bfq.io_wait_time_recursive"] = "8:3 Read 3003\nTotal 3003",
        ["blkio.bfq.io_merged_recursive"] = "8:3 Read 3004\nTotal 3004",
        ["blkio.bfq.io_queued_recursive"] = "8:3 Read 3005\nTotal 3005",
        ["blkio.bfq.time_recursive"] = "8:3 3006",
        ["blkio.bfq.io_serviced_recursive"] = "8:3 Read 3007\n8:3 Write 3008\n8:3 Total 6015\n253:1 Read 3009\n9:9 Read 3010\nTotal 12034",
        ["blkio.bfq.io_service_bytes_recursive"] = "8:3 Read 3011\nTotal 3011",
        ["rdma.current"] = "mlx4_0 hca_handle=4001 hca_object=4002\nocrdma1 hca_handle=4003 hca_object=4004",
        ["rdma.max"] = "mlx4_0 hca_handle=4005 hca_object=max\nocrdma1 hca_handle=max hca_object=4006",
        ["hugetlb.2MB.usage_in_bytes"] = "5001",
        ["hugetlb.2MB.max_usage_in_bytes"] = "5002",
        ["hugetlb.2MB.failcnt"] = "5003",
        ["hugetlb.1GB.usage_in_bytes"] = "5004",
    };

    private static readonly Dictionary<string, string> _v2 = new()
    {
        ["pids.current"] = "3",
        ["pids.max"] = "max",
        ["cpu.stat"] = Numbered("usage_usec user_usec system_usec core_sched.force_idle_usec nr_periods nr_throttled throttled_usec nr_bursts burst_usec", 101),
        ["cpu.pressure"] = "some avg10=0.01 avg60=1.50 avg300=12.34 total=4567\nfull avg10=0.07 avg60=100.00 avg300=0.29 total=1",
        ["memory.stat"] = Numbered("anon file kernel kernel_stack pagetables percpu sock vmalloc shmem zswap file_mapped file_dirty file_writeback swapcached anon_thp file_thp inactive_anon "
            + "active_anon inactive_file active_file unevictable slab_reclaimable slab_unreclaimable slab workingset_refault_anon workingset_refault_file workingset_activate_anon "
            + "workingset_activate_file workingset_restore_anon workingset_nodereclaim pgscan pgsteal pgscan_kswapd pgfault pgmajfault pgrefill pgactivate pgdeactivate pglazyfree pglazyfreed "
            + "thp_fault_alloc thp_collapse_alloc workingset_refault workingset_activate", 1001),
        ["memory.current"] = "2001",
        ["memory.max"] = "67108864",
        ["memory.swap.current"] = "2002",
        ["memory.swap.max"] = "max",
        ["memory.peak"] = "2003",
        ["memory.swap.peak"] = "2004",
        ["memory.pressure"] = "some avg10=0.02 avg60=0.03 avg300=0.04 total=5\nfull avg10=0.06 avg60=0.07 avg300=0.08 total=9",
        ["memory.events"] = Numbered("low high max oom oom_kill oom_group_kill", 11),
        ["rdma.current"] = "mlx4_0 hca_handle=4001 hca_object=4002",
        ["rdma.max"] = "mlx4_0 hca_handle=4005 hca_object=max",
        ["io.stat"] = "8:0 rbytes=5001 wbytes=5002 rios=5003 wios=5004 dbytes=5005 dios=5006\n7:0 \n254:16 rbytes=5007 wbytes=0 rios=5008 wios=0 dbytes=0 dios=0 cost.usage=9",
        ["io.pressure"] = "some avg10=0.11 avg60=0.12 avg300=0.13 total=14\nfull avg10=0.15 avg60=0.16 avg300=0.17 total=18",
        ["hugetlb.2MB.current"] = "6001",
        ["hugetlb.2MB.max"] = "6002",
        ["hugetlb.2MB.events"] = "max 6003",
    };

    [Fact]
    public void Metrics_of_cgroup_v1() => Snapshot.Verify(Text(WriteV1(_v1)));

    [Fact]
    public void Metrics_of_cgroup_v2() => Snapshot.Verify(Text(WriteV2(_v2)));

    [Fact]
    public void No_field_is_forgotten()
    {
        // Time and sectors are not counted by operation. The rest is not in the cgroup's files.
        Assert.Equal(["blkio.io_time_recursive.op", "blkio.sectors_recursive.op", "network", "cgroup_stats"], Unset(WriteV1(_v1)));
        Assert.Equal(["network"], Unset(WriteV2(_v2)));
    }

    // As runc's shim answers without controllers.
    [Fact]
    public void Missing_files_have_no_values()
    {
        Assert.Equal("{ \"cpu\": { \"usage\": { }, \"throttling\": { } } }", WriteV1([]).ToString());
        Assert.Equal("{ \"pids\": { }, \"cpu\": { }, \"memory\": { }, \"rdma\": { }, \"io\": { } }", WriteV2([]).ToString());
        Assert.Equal(0UL, WriteV1(new() { ["pids.current"] = "1", ["pids.max"] = "max" }).Pids.Limit);
        Assert.Equal(ulong.MaxValue, WriteV2(new() { ["pids.current"] = "1", ["pids.max"] = "max" }).Pids.Limit);
    }

    // An empty read is the end of a cgroup, or pressure that the kernel was booted without.
    [Fact]
    public void Empty_files_have_no_values()
    {
        Assert.Equal(0UL, WriteV1(_v1.ToDictionary(file => file.Key, _ => "")).Memory.Usage.Usage);
        Runcs.Oracle.MetricsV2.Metrics metrics = WriteV2(_v2.ToDictionary(file => file.Key, _ => ""));
        Assert.Equal((null, null, null), (metrics.Cpu.Psi, metrics.Memory.Psi, metrics.Io.Psi));
    }

    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(0, 2, 2, true)]
    [InlineData(3, 0, 3, true)]
    [InlineData(3, 2, 3, true)]
    public void OOM_kills_are_those_that_the_file_or_the_caller_has_counted(ulong file, ulong caller, ulong expected, bool isPresent)
    {
        Dictionary<string, string> v1 = file > 0 ? new() { ["memory.oom_control"] = $"oom_kill_disable 0\nunder_oom 0\noom_kill {file}" } : [];
        Dictionary<string, string> v2 = file > 0 ? new() { ["memory.events"] = $"low 0\nhigh 0\nmax 8\noom 9\noom_kill {file}" } : [];
        Assert.Equal((isPresent, expected), (WriteV1(v1, caller).MemoryOomControl is { } control, WriteV1(v1, caller).MemoryOomControl?.OomKill ?? 0));
        Assert.Equal((isPresent, expected), (WriteV2(v2, caller).MemoryEvents is { } events, WriteV2(v2, caller).MemoryEvents?.OomKill ?? 0));
    }

    private static Runcs.Oracle.MetricsV1.Metrics WriteV1(Dictionary<string, string> files, ulong oomKills = 0)
    {
        var writer = new ProtoWriter();
        Runcs.Cgroups.V1.Metrics.Write(writer, (_, file) => files.GetValueOrDefault(file), _sizes, () => BlockDeviceNames.Parse(Partitions), oomKills);
        return Runcs.Oracle.MetricsV1.Metrics.Parser.ParseFrom(writer.Written);
    }

    private static Runcs.Oracle.MetricsV2.Metrics WriteV2(Dictionary<string, string> files, ulong oomKills = 0)
    {
        var writer = new ProtoWriter();
        Runcs.Cgroups.V2.Metrics.Write(writer, (_, file) => files.GetValueOrDefault(file), _sizes, oomKills);
        return Runcs.Oracle.MetricsV2.Metrics.Parser.ParseFrom(writer.Written);
    }

    private static string Text(IMessage message) => new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation(" ").WithPreserveProtoFieldNames(true)).Format(message) + "\n";

    private static string Numbered(string keys, int first) => string.Join('\n', keys.Split(' ').Select((key, at) => $"{key} {first + at}"));

    // The paths of fields that no message has set.
    private static IEnumerable<string> Unset(IMessage message) => message.Descriptor.Fields.InDeclarationOrder().SelectMany(field => field.Accessor.GetValue(message) switch
    {
        null => [field.Name],
        IList { Count: 0 } => [field.Name],
        IList list when field.FieldType == FieldType.Message =>
            list.Cast<IMessage>().Select(one => Unset(one).ToHashSet()).Aggregate((all, next) => [.. all.Intersect(next)]).Select(name => $"{field.Name}.{name}"),
        IMessage nested => Unset(nested).Select(name => $"{field.Name}.{name}"),
        0UL or 0U or 0.0 or "" => [field.Name],
        _ => [],
    });
}
