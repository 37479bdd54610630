// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Runcs.Cgroups;
using Runcs.OciSpec;
using Runcs.Protobuf;
using V1 = Runcs.Oracle.MetricsV1;
using V2 = Runcs.Oracle.MetricsV2;

namespace Runcs.Integration;

/// <summary>containerd's metrics of real cgroups: v1 on a hybrid host too, v2 in the guest.</summary>
[InGuest]
public class MetricsTests
{
    private const long Limit = 32 << 20;

    // Files and anonymous memory, and time in user and kernel mode.
    private const string Work = "x=$(head -c 1000000 /dev/zero | tr '\\0' x); head -c 3000000 /dev/zero > /dev/shm/runcs-metrics-$$; rm /dev/shm/runcs-metrics-$$; sleep 100 & echo up; exec sleep 100";

    // More than the limit, in one process.
    private const string TooMuch = "dd if=/dev/zero of=/dev/null bs=64M count=1";

    public MetricsTests() => Requires.Root();

    [Fact]
    public void The_metrics_of_v1_are_the_kernels()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using CgroupUnderTest test = Frozen(new() { Pids = new() { Limit = 20 } });
        (V1.Metrics metrics, Dictionary<string, string> files) = ReadBetween(test, V1.Metrics.Parser);
        Assert.Equal("io.containerd.cgroups.v1.Metrics", test.Cgroup.MetricsType);

        AssertKeys(files["memory.stat"], metrics.Memory, name => name == "hierarchical_swap_limit" ? "hierarchical_memsw_limit" : name.Replace("pg_", "pg", StringComparison.Ordinal));
        Assert.True(metrics.Memory.Rss > 0 && metrics.Memory.PgFault > 0);
        foreach ((V1.MemoryEntry entry, string prefix) in new[] { (metrics.Memory.Usage, "memory"), (metrics.Memory.Swap, "memory.memsw"), (metrics.Memory.Kernel, "memory.kmem"), (metrics.Memory.KernelTcp, "memory.kmem.tcp") })
            Assert.Equal(new[] { "limit_in_bytes", "usage_in_bytes", "max_usage_in_bytes", "failcnt" }.Select(file => ulong.Parse(files[$"{prefix}.{file}"])), [entry.Limit, entry.Usage, entry.Max, entry.Failcnt]);
        Assert.Equal((ulong)Limit, metrics.Memory.Usage.Limit);
        Assert.Equal((ulong.Parse(files["pids.current"]), 20UL), (metrics.Pids.Current, metrics.Pids.Limit));
        Assert.Equal(ulong.Parse(files["cpuacct.usage"]), metrics.Cpu.Usage.Total);
        Assert.Equal(files["cpuacct.usage_percpu"].TrimEnd(), string.Join(' ', metrics.Cpu.Usage.PerCpu));
        Assert.Equal(files["cpuacct.stat"], $"user {metrics.Cpu.Usage.User / 10_000_000}\nsystem {metrics.Cpu.Usage.Kernel / 10_000_000}");
        V1.Throttle throttling = metrics.Cpu.Throttling;
        Assert.StartsWith($"nr_periods {throttling.Periods}\nnr_throttled {throttling.ThrottledPeriods}\nthrottled_time {throttling.ThrottledTime}", files["cpu.stat"], StringComparison.Ordinal);
        Assert.Equal("oom_kill_disable 0\nunder_oom 0\noom_kill 0", files["memory.oom_control"]);
        Assert.Equal(new V1.MemoryOomControl(), metrics.MemoryOomControl);
    }

    [Fact]
    public void The_metrics_of_v2_are_the_kernels()
    {
        Requires.CgroupV2Controllers("memory", "cpu", "pids", "io");
        using CgroupUnderTest test = Frozen(new() { Pids = new() { Limit = 20 } });
        (V2.Metrics metrics, Dictionary<string, string> files) = ReadBetween(test, V2.Metrics.Parser);
        Assert.Equal("io.containerd.cgroups.v2.Metrics", test.Cgroup.MetricsType);

        AssertKeys(files["memory.stat"], metrics.Memory, name => name);
        Assert.Equal((ulong.Parse(files["memory.current"]), (ulong)Limit), (metrics.Memory.Usage, metrics.Memory.UsageLimit));
        Assert.True(metrics.Memory.Anon > 0 && metrics.Memory.Pgfault > 0);
        Assert.Equal((ulong.Parse(files["pids.current"]), 20UL), (metrics.Pids.Current, metrics.Pids.Limit));
        AssertKeys(files["cpu.stat"], metrics.Cpu, name => name);
        Assert.True(metrics.Cpu.UsageUsec > 0);
        AssertKeys(files["memory.events"], metrics.MemoryEvents, name => name);
        bool hasPressure = File.Exists(test.Directory("") + "/memory.pressure");
        Assert.Equal((hasPressure, hasPressure, hasPressure), (metrics.Memory.Psi != null, metrics.Cpu.Psi != null, metrics.Io.Psi != null));
    }

    // The kubelet learns from the last metrics whether a container ended by the OOM killer.
    [Fact]
    public void A_process_killed_for_its_memory_is_counted_also_when_none_is_left()
    {
        if (!CgroupFacts.Read().IsUnified) Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using CgroupUnderTest test = Limited(new());
        Assert.Equal((0UL, 0UL), Oom(test));
        Assert.Equal(137, test.Run("exec " + TooMuch).ExitCode);
        Eventually.True(() => test.Cgroup.Processes().Count == 0, "it has ended");
        (ulong kills, ulong events) = Oom(test);
        Assert.Equal((1UL, test.Cgroup.OomKills()), (kills, kills));
        if (test.Cgroup.IsUnified) Assert.True(events > 0);
        Assert.Equal(3, test.Run(TooMuch + "; exit 3").ExitCode);
        Assert.Equal(2UL, Oom(test).Kills);
        test.Cgroup.Destroy();
        Assert.Equal(0UL, Oom(test).Kills);
        Assert.Equal(2UL, Oom(test, 2).Kills);
    }

    private static (ulong Kills, ulong Events) Oom(CgroupUnderTest test, ulong known = 0)
    {
        if (!test.Cgroup.IsUnified) return (Read(test, V1.Metrics.Parser, known).MemoryOomControl?.OomKill ?? 0, 0);
        V2.MemoryEvents? events = Read(test, V2.Metrics.Parser, known).MemoryEvents;
        return (events?.OomKill ?? 0, events?.Oom ?? 0);
    }

    private static CgroupUnderTest Limited(LinuxResources resources)
    {
        resources.Memory = new() { Limit = Limit, Swap = Limit };
        CgroupUnderTest test = new CgroupUnderTest(resources).Create();
        test.New.ApplyEarly();
        test.New.ApplyLate();
        return test;
    }

    // With processes that have used something and now stand still.
    private static CgroupUnderTest Frozen(LinuxResources resources)
    {
        CgroupUnderTest test = Limited(resources);
        test.Start(Work).WaitForStdout("up\n");
        test.Cgroup.Freeze();
        return test;
    }

    // The kernel adds up what its processors have counted, with a delay: the files are the same before and after.
    private static (T Metrics, Dictionary<string, string> Files) ReadBetween<T>(CgroupUnderTest test, MessageParser<T> parser)
        where T : IMessage<T>
    {
        (T? metrics, Dictionary<string, string> files) = (default, ReadFiles(test));
        Eventually.True(() =>
        {
            metrics = Read(test, parser);
            Dictionary<string, string> before = files;
            files = ReadFiles(test);
            return before.All(file => files[file.Key] == file.Value);
        }, "the values stand still");
        return (metrics!, files);
    }

    // On v1 each controller has its directory; the names begin with it. The v2 hierarchy beside them has a cpu.stat too.
    private static Dictionary<string, string> ReadFiles(CgroupUnderTest test) => test.Plan.Places.Where(place => test.Plan.IsUnified || !place.IsUnified).Select(place => place.HostPath).Distinct().SelectMany(Directory.GetFiles)
        .Where(file => IsValue(Path.GetFileName(file))).ToDictionary(file => Path.GetFileName(file), file => File.ReadAllText(file).TrimEnd('\n'));

    private static bool IsValue(string name) =>
        name is "memory.stat" or "memory.events" or "memory.oom_control" or "memory.current" or "cpu.stat" or "cpuacct.stat" or "cpuacct.usage" or "cpuacct.usage_percpu" or "pids.current"
        || name.EndsWith("_in_bytes", StringComparison.Ordinal) || name.EndsWith(".failcnt", StringComparison.Ordinal);

    private static byte[] Bytes(CgroupUnderTest test, ulong known = 0)
    {
        var writer = new ProtoWriter();
        test.Cgroup.WriteMetrics(writer, known);
        return writer.Written.ToArray();
    }

    private static T Read<T>(CgroupUnderTest test, MessageParser<T> parser, ulong known = 0)
        where T : IMessage<T> => parser.ParseFrom(Bytes(test, known));

    // The fields that are named as keys of the file have their values; those of other files are compared by name.
    private static void AssertKeys(string file, IMessage message, Func<string, string> key)
    {
        Dictionary<string, ulong> lines = file.Split('\n').Select(line => line.Split(' ')).ToDictionary(words => words[0], words => ulong.Parse(words[1]));
        FieldDescriptor[] fields = [.. message.Descriptor.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.UInt64 && lines.ContainsKey(key(field.Name)))];
        Assert.True(fields.Length > 4, file);
        Assert.Equal(fields.Select(field => (field.Name, lines[key(field.Name)])), fields.Select(field => (field.Name, (ulong)field.Accessor.GetValue(message))));
    }
}
