// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Process": rlimits and oomScoreAdj.</summary>
[OnAnyRuntime]
public class RlimitTests
{
    // Changes the runtime's caller: sh runs this with the command line as "$@".
    private const string Shell = "/bin/sh";

    public RlimitTests() => Requires.Root();

    [Fact]
    [Requirement("config/rlimit-getrlimit", "config/rlimit-soft", "config/rlimit-hard")]
    public void Every_kind_of_limit_is_set_soft_and_hard()
    {
        using Container container = new();
        // linux/resource.h, and the names in /proc/PID/limits. All are within the limits of a caller without
        // CAP_SYS_RESOURCE.
        (string Type, string Words, string Soft, string Hard)[] limits =
        [
            ("RLIMIT_CPU", "Max cpu time", "1001", "2001"), ("RLIMIT_FSIZE", "Max file size", "100000002", "unlimited"),
            ("RLIMIT_DATA", "Max data size", "100000003", "200000003"), ("RLIMIT_STACK", "Max stack size", "1000004", "unlimited"),
            ("RLIMIT_CORE", "Max core file size", "0", "7"), ("RLIMIT_RSS", "Max resident set", "100000005", "200000005"),
            ("RLIMIT_NPROC", "Max processes", "1006", "2006"), ("RLIMIT_NOFILE", "Max open files", "107", "207"),
            ("RLIMIT_MEMLOCK", "Max locked memory", "10008", "20008"), ("RLIMIT_AS", "Max address space", "unlimited", "unlimited"),
            ("RLIMIT_LOCKS", "Max file locks", "10", "20"), ("RLIMIT_SIGPENDING", "Max pending signals", "1011", "2011"),
            ("RLIMIT_MSGQUEUE", "Max msgqueue size", "100012", "200012"), ("RLIMIT_NICE", "Max nice priority", "0", "0"),
            ("RLIMIT_RTPRIO", "Max realtime priority", "0", "0"), ("RLIMIT_RTTIME", "Max realtime timeout", "100000017", "unlimited"),
        ];
        container.Bundle.Process["rlimits"] = new JsonArray([.. limits.Select(limit =>
            (JsonNode)new JsonObject { ["type"] = limit.Type, ["soft"] = Number(limit.Soft), ["hard"] = Number(limit.Hard) })]);
        ProcessTests.User(container.Bundle, 1000);
        container.Bundle.Args("/bin/cat", "/proc/self/limits");
        string table = container.Run().Ok().Stdout;
        foreach ((string type, string words, string soft, string hard) in limits)
        {
            string line = table.Split('\n').Single(line => line.StartsWith(words, StringComparison.Ordinal));
            Assert.Equal([type, soft, hard], [type, .. line[words.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)]);
        }

        static ulong Number(string text) => text == "unlimited" ? ulong.MaxValue : ulong.Parse(text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_kind_of_limit_is_raised_by_who_has_the_right(bool inUserNamespace)
    {
        Requires.Runcs();
        Requires.Capability(24, "CAP_SYS_RESOURCE");
        using Container container = new();
        string[] types = ["CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"];
        // The kernel limits RLIMIT_NOFILE to fs.nr_open.
        container.Bundle.Process["rlimits"] = new JsonArray([.. types.Select(type => (JsonNode)new JsonObject
        {
            ["type"] = "RLIMIT_" + type,
            ["soft"] = type == "NOFILE" ? 5000 : ulong.MaxValue,
            ["hard"] = type == "NOFILE" ? 5000 : ulong.MaxValue,
        })]);
        ProcessTests.User(container.Bundle, 1000);
        if (inUserNamespace) ProcessTests.NewUserNamespace(container.Bundle);
        container.Bundle.Args("/bin/cat", "/proc/self/limits");
        container.Runtime.Tracer = [Shell, "-c", "ulimit -n 1000; ulimit -t 1000; ulimit -c 0; exec \"$@\"", "sh"];
        string[] lines = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(types.Length, lines.Length);
        Assert.All(lines, line => Assert.Matches(line.StartsWith("Max open files", StringComparison.Ordinal) ? " 5000 +5000 " : " unlimited +unlimited ", line));
    }

    [Fact]
    public void A_limit_above_what_the_kernel_allows_is_named()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 1, ["hard"] = ulong.MaxValue });
        Assert.Contains("process.rlimits[0]: prlimit(2)", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Limits_that_are_not_named_stay_as_the_caller_has_them()
    {
        using Container container = new();
        container.Bundle.Process["rlimits"] = new JsonArray();
        container.Bundle.Shell("ulimit -n; ulimit -Hn; ulimit -c");
        container.Runtime.Tracer = [Shell, "-c", "ulimit -Sn 1500; ulimit -Hn 3000; ulimit -c 8; exec \"$@\"", "sh"];
        Assert.Equal("1500\n3000\n8\n", container.Run().Ok().Stdout);
    }

    [Theory]
    [Requirement("config/oom-score-set")]
    [InlineData(500)]
    [InlineData(0)]
    [InlineData(-500)]
    public void The_oom_score_is_adjusted(int score)
    {
        if (score < 0) Requires.Capability(24, "CAP_SYS_RESOURCE");
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/oom_score_adj").Process["oomScoreAdj"] = score;
        container.Runtime.Tracer = [Shell, "-c", "echo 100 > /proc/self/oom_score_adj; exec \"$@\"", "sh"];
        Assert.Equal($"{score}\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_score_that_is_not_ours_to_give_is_named()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Process["oomScoreAdj"] = -500;
        container.Runtime.Tracer = ["setpriv", "--bounding-set", "-sys_resource"];
        Assert.Contains("process.oomScoreAdj: write(2)", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Assert.Contains("process.oomScoreAdj: write(2)", container.Run().Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("config/oom-score-unset")]
    public void Without_a_score_the_callers_stays()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/oom_score_adj");
        container.Runtime.Tracer = [Shell, "-c", "echo 100 > /proc/self/oom_score_adj; exec \"$@\"", "sh"];
        Assert.Equal("100\n", container.Run().Ok().Stdout);
    }
}
