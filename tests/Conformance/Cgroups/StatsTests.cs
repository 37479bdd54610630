// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Runcs.Cgroups;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.Cgroups;

/// <summary>The stats of <c>events</c> from the texts of the kernel's files, in runc's members.</summary>
public class StatsTests
{
    private static readonly Dictionary<string, string> _v1 = new()
    {
        ["cpuacct.usage"] = "22079966",
        ["cpuacct.usage_percpu"] = "9827287 12252679 ",
        ["cpuacct.usage_all"] = "cpu user system\n0 9000000 827287\n1 8000000 4252679",
        ["cpuacct.stat"] = "user 17\nsystem 5",
        ["cpu.stat"] = "nr_periods 12\nnr_throttled 3\nthrottled_time 45678\nnr_bursts 0\nburst_time 0",
        ["cpuset.cpus"] = "0-2,5",
        ["cpuset.mems"] = "0",
        ["cpuset.cpu_exclusive"] = "0",
        ["cpuset.mem_hardwall"] = "1",
        ["cpuset.sched_load_balance"] = "1",
        ["cpuset.sched_relax_domain_level"] = "-1",
        ["memory.stat"] = "cache 4096\nrss 8192\nrss_huge 0\nhierarchical_memory_limit 9223372036854771712\ntotal_cache 4096\nactive_file 7\nactive_anon 9",
        ["memory.usage_in_bytes"] = "12288",
        ["memory.max_usage_in_bytes"] = "16384",
        ["memory.failcnt"] = "2",
        ["memory.limit_in_bytes"] = "9223372036854771712",
        ["memory.memsw.usage_in_bytes"] = "12288",
        ["memory.memsw.limit_in_bytes"] = "100",
        ["memory.kmem.tcp.failcnt"] = "1",
        ["pids.current"] = "3",
        ["pids.max"] = "max",
        ["blkio.throttle.io_serviced_recursive"] = "8:0 Read 12\n8:0 Write 5\n8:0 Total 17\n0:9 Read 1\nTotal 18",
        ["blkio.throttle.io_service_bytes_recursive"] = "8:0 Read 4096\n8:0 Total 4096\nTotal 4096",
        ["hugetlb.2MB.rsvd.usage_in_bytes"] = "2097152",
        ["hugetlb.2MB.rsvd.max_usage_in_bytes"] = "4194304",
        ["hugetlb.2MB.rsvd.failcnt"] = "1",
        ["hugetlb.1GB.usage_in_bytes"] = "0",
        ["hugetlb.1GB.failcnt"] = "0",
    };

    private static readonly Dictionary<string, string> _v2 = new()
    {
        ["cpu.stat"] = "usage_usec 22079\nuser_usec 17000\nsystem_usec 5079\nnr_periods 12\nnr_throttled 3\nthrottled_usec 45",
        ["cpu.pressure"] = "some avg10=0.00 avg60=1.50 avg300=12.34 total=4567\nfull avg10=0.10 avg60=100.00 avg300=0.01 total=1",
        ["memory.stat"] = "anon 8192\nfile 4096\nkernel_stack 0",
        ["memory.current"] = "12288",
        ["memory.peak"] = "16384",
        ["memory.max"] = "67108864",
        ["memory.swap.current"] = "1000",
        ["memory.swap.max"] = "16777216",
        ["memory.pressure"] = "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0",
        ["pids.current"] = "3",
        ["pids.max"] = "20",
        ["io.stat"] = "8:0 rbytes=4096 wbytes=1 rios=12 wios=5 dbytes=0 dios=0\n254:16 rbytes=7 wbytes=0 rios=1 wios=0 dbytes=0 dios=0 cost.usage=9",
        ["hugetlb.2MB.rsvd.current"] = "2097152",
        ["hugetlb.2MB.events"] = "max 3",
        ["hugetlb.1GB.current"] = "0",
        ["hugetlb.1GB.events"] = "max 0",
    };

    private static readonly IReadOnlyList<string> _sizes = HugePages.Sizes(["hugepages-2048kB", "hugepages-1048576kB", "other"]);

    [Fact]
    public void Stats_of_cgroup_v1() => Snapshot.Verify(Write(Runcs.Cgroups.V1.Stats.Write, _v1));

    [Fact]
    public void Stats_of_cgroup_v2() => Snapshot.Verify(Write(Runcs.Cgroups.V2.Stats.Write, _v2));

    // BFQ's files come before those of throttling, and its further lists if the kernel has debugging enabled.
    [Theory]
    [InlineData(false, "{\"ioServiceBytesRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":2}],\"ioServicedRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":1}]}")]
    [InlineData(true, "{\"ioServiceBytesRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":2}],\"ioServicedRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":1}],"
        + "\"ioQueueRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":7}],\"ioServiceTimeRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":4}],\"ioWaitTimeRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":5}],"
        + "\"ioMergedRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":6}],\"ioTimeRecursive\":[{\"major\":8,\"value\":8}],\"sectorsRecursive\":[{\"major\":8,\"value\":3}]}")]
    public void Statistics_of_the_io_scheduler_precede_those_of_throttling(bool debug, string expected)
    {
        var files = new Dictionary<string, string>(_v1)
        {
            ["blkio.bfq.io_serviced_recursive"] = "8:0 Read 1\nTotal 1",
            ["blkio.bfq.io_service_bytes_recursive"] = "8:0 Read 2\nTotal 2",
        };
        if (debug)
        {
            files["blkio.bfq.sectors_recursive"] = "8:0 3";
            files["blkio.bfq.io_service_time_recursive"] = "8:0 Read 4\nTotal 4";
            files["blkio.bfq.io_wait_time_recursive"] = "8:0 Read 5\nTotal 5";
            files["blkio.bfq.io_merged_recursive"] = "8:0 Read 6\nTotal 6";
            files["blkio.bfq.io_queued_recursive"] = "8:0 Read 7\nTotal 7";
            files["blkio.bfq.time_recursive"] = "8:0 8";
        }
        using JsonDocument document = JsonDocument.Parse(Write(Runcs.Cgroups.V1.Stats.Write, files));
        Assert.Equal(expected, JsonSerializer.Serialize(document.RootElement.GetProperty("blkio")));
    }

    [Fact]
    public void Missing_files_count_as_zero()
    {
        Assert.Equal(Write(Runcs.Cgroups.V1.Stats.Write, []), Write(Runcs.Cgroups.V2.Stats.Write, []));
        var unlimited = new Dictionary<string, string> { ["memory.max"] = "max", ["memory.swap.max"] = "5", ["cgroup.procs"] = "12\n13" };
        string text = Write(Runcs.Cgroups.V2.Stats.Write, unlimited);
        Assert.Contains("\"swap\": {\n   \"limit\": 18446744073709551615,", text, StringComparison.Ordinal);
        Assert.Contains("\"pids\": {\n  \"current\": 2\n", text, StringComparison.Ordinal);
    }

    private delegate void Writer(JsonText json, ReadStatFile read, IReadOnlyList<string> sizes);

    private static string Write(Writer write, Dictionary<string, string> files)
    {
        JsonText json = JsonText.Indented(1);
        json.BeginObject();
        write(json, (_, file) => files.GetValueOrDefault(file), _sizes);
        json.EndObject();
        json.EndLine();
        return Encoding.UTF8.GetString(json.Written);
    }
}
