// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Process": args, env, cwd, rlimits, oomScoreAdj, and the program's environment.</summary>
[OnAnyRuntime]
public class ProcessTests
{
    // Changes the runtime's caller: sh runs this with the command line as "$@".
    private const string Shell = "/bin/sh";

    public ProcessTests() => Requires.Root();

    [Fact]
    [Requirement("config/args")]
    public void The_program_is_the_first_in_PATH_that_its_user_may_execute()
    {
        using Container container = new();
        Bundle bundle = container.Bundle;
        bundle.Put("/a/prog", "#!/bin/sh\necho not executable\n");
        Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "b/prog"));
        File.SetUnixFileMode(bundle.Put("/c/prog", "#!/bin/sh\necho for root\n", executable: true), (UnixFileMode)0b111_000_000);
        bundle.Put("/d/prog", "#!/bin/sh\necho \"$0 $# $1\"\n", executable: true);
        Environment(bundle, "PATH=/nowhere:/a:/a/prog:/b:/c:/d/:/bin");
        bundle.Args("prog", "x y");
        User(bundle, 1000);
        Assert.Equal("/d/prog 1 x y\n", container.Run().Ok().Stdout);
        User(bundle, 0);
        Assert.Equal("for root\n", container.Run().Ok().Stdout);
    }

    [Fact]
    [Requirement("config/args")]
    public void A_path_with_a_slash_is_taken_from_the_working_directory()
    {
        using Container container = new();
        container.Bundle.Put("/home/user/sub/prog", "#!/bin/sh\necho \"$0 in $PWD\"\n", executable: true);
        container.Bundle.Args("sub/prog").Process["cwd"] = "/home/user";
        Assert.Equal("sub/prog in /home/user\n", container.Run().Ok().Stdout);
        container.Bundle.Args("../user/./sub/prog");
        Assert.Equal("../user/./sub/prog in /home/user\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void An_empty_entry_of_PATH_is_the_working_directory()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Put("/home/user/prog", "#!/bin/sh\necho here\n", executable: true);
        Environment(container.Bundle, "PATH=/nowhere::/bin");
        container.Bundle.Args("prog").Process["cwd"] = "/home/user";
        Assert.Equal("here\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Without_PATH_the_usual_directories_are_searched()
    {
        Requires.Runcs();
        using Container container = new();
        Environment(container.Bundle);
        container.Bundle.Args("cat", "/proc/self/environ");
        Assert.Equal("HOME=/root\0", container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("prog", "executable file not found in $PATH")]
    [InlineData("/bin/prog", "no such file or directory")]
    [InlineData("/etc/passwd", "permission denied")]
    [InlineData("/etc/passwd/x", "not a directory")]
    public void A_program_that_cannot_be_run_fails_create_and_leaves_nothing(string program, string reason)
    {
        using Container container = new();
        container.Bundle.Args(program);
        Assert.Contains(reason, container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_program_in_no_format_of_the_kernel_fails_at_start()
    {
        using Container container = new();
        container.Bundle.Put("/bin/prog", "echo no interpreter is named\n", executable: true);
        container.Bundle.Args("/bin/prog");
        Assert.Contains("exec format error", container.Run().Fails().Stderr, StringComparison.OrdinalIgnoreCase);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Arguments_arrive_as_they_are()
    {
        using Container container = new();
        string[] arguments = ["", " ", "a b", "\"'$HOME`\\", "two\nlines", "äß☃", "--", "-x"];
        container.Bundle.Args(["/bin/printf", "[%s]", .. arguments]);
        Assert.Equal(string.Concat(arguments.Select(argument => $"[{argument}]")), container.Run().Ok().Stdout);
    }

    [Fact]
    public void The_environment_is_the_configs_alone_each_name_once_with_its_last_value()
    {
        using Container container = new();
        Environment(container.Bundle, "PATH=/bin", "A=1", "B=two\nlines", "A=2", "C=", "D=x=y", "A=3", "Ä=☃", "HOME=/first", "HOME=/somewhere");
        container.Bundle.Args("/bin/cat", "/proc/self/environ");
        string[] variables = container.Run().Ok().Stdout.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["A=3", "B=two\nlines", "C=", "D=x=y", "HOME=/somewhere", "PATH=/bin", "Ä=☃"], variables.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1000, null, "/home/user")]
    [InlineData(1000, "HOME=", "/home/user")]
    [InlineData(1000, "HOME=/x", "/x")]
    [InlineData(0, null, "/root")]
    [InlineData(12345, null, "/")]
    public void HOME_is_the_users_of_the_containers_passwd_unless_it_is_set(int uid, string? variable, string home)
    {
        using Container container = new();
        Environment(container.Bundle, ["PATH=/bin", .. variable == null ? Array.Empty<string>() : [variable]]);
        User(container.Bundle, uid);
        container.Bundle.Args("/bin/cat", "/proc/self/environ");
        Assert.Equal($"HOME={home}\0", HomeIn(container.Run().Ok().Stdout));
    }

    [Theory]
    [InlineData("rm /etc/passwd")]
    [InlineData("rm /etc/passwd; mkdir /etc/passwd")]
    [InlineData("rm /etc/passwd; mkfifo /etc/passwd")]
    [InlineData("echo 'user:x:1000:1000' > /etc/passwd")]
    [InlineData("echo 'user:x:1000x:1000::/wrong:/bin/sh' > /etc/passwd")]
    public void HOME_is_the_root_without_an_entry_in_passwd(string damage)
    {
        Requires.Runcs();
        using Container container = new();
        Command.Run("/usr/sbin/chroot", container.Bundle.Rootfs, Shell, "-c", damage).Ok();
        Environment(container.Bundle, "PATH=/bin");
        User(container.Bundle, 1000);
        container.Bundle.Args("/bin/cat", "/proc/self/environ");
        Assert.Equal("HOME=/\0", HomeIn(container.Run().Ok().Stdout));
    }

    [Theory]
    [InlineData("process.args[1]", "a\0b")]
    [InlineData("process.env[0]", "A=\0")]
    [InlineData("process.env[0]", "A")]
    [InlineData("process.env[0]", "=A")]
    [InlineData("process.cwd", "/a\0b")]
    public void Values_that_the_kernel_cannot_take_are_refused_by_their_path(string path, string value)
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/echo", path == "process.args[1]" ? value : "x");
        if (path == "process.env[0]") Environment(container.Bundle, value);
        if (path == "process.cwd") container.Bundle.Process["cwd"] = value;
        Assert.Contains(path + ": ", container.Create().Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_working_directory_is_made()
    {
        using Container container = new();
        container.Bundle.Shell("pwd; stat -c '%a %u' . ..").Process["cwd"] = "/new/deep";
        Assert.Equal("/new/deep\n755 0\n755 0\n", container.Run().Ok().Stdout);
    }

    // path_resolution(7): ".." is the parent of the directory that the path has reached, which must exist.
    [Theory]
    [InlineData("/a/../b", "/b", "/a /b")]
    [InlineData("/a/b/../c", "/a/c", "/a /a/b /a/c")]
    [InlineData("/tmp/x/..", "/tmp", "/tmp/x")]
    [InlineData("/tmp/x/../y/", "/tmp/y", "/tmp/x /tmp/y")]
    [InlineData("/l/../q", "/tmp/q", "/tmp/deep /tmp/q")]
    [InlineData("/x/../../../q", "/q", "/q /x")]
    [InlineData("/way/../e", "/e", "/e /k /tmp/f")]
    [InlineData("/a/./b//", "/a/b", "/a /a/b")]
    public void The_working_directory_is_made_and_entered_by_one_path(string cwd, string entered, string made)
    {
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "tmp"));
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "l"), "/tmp/deep");
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "way"), "tmp/f/../../k");
        string[] before = Directories();
        container.Bundle.Args("/bin/readlink", "/proc/self/cwd").Process["cwd"] = cwd;
        Assert.Equal(entered + "\n", container.Run().Ok().Stdout);
        Assert.Equal(made, string.Join(' ', Directories().Except(before)));

        string[] Directories() => [.. Directory.GetDirectories(container.Bundle.Rootfs, "*", SearchOption.AllDirectories)
            .Where(path => new DirectoryInfo(path).LinkTarget == null).Select(path => path[container.Bundle.Rootfs.Length..]).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void The_working_directory_may_be_a_link_inside_the_root()
    {
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/home/user");
        container.Bundle.Args("/bin/readlink", "/proc/self/cwd").Process["cwd"] = "/link";
        Assert.Equal("/home/user\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_working_directory_that_only_root_may_enter_is_entered_as_root()
    {
        using Container container = new();
        string directory = Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "private/sub")).FullName;
        File.SetUnixFileMode(Path.GetDirectoryName(directory)!, (UnixFileMode)0b111_000_000);
        container.Bundle.Args("/bin/readlink", "/proc/self/cwd").Process["cwd"] = "/private/sub";
        User(container.Bundle, 1000);
        Assert.Equal("/private/sub\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_working_directory_that_is_a_file_fails()
    {
        using Container container = new();
        container.Bundle.Process["cwd"] = "/etc/passwd";
        Assert.Contains("not a directory", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

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
        User(container.Bundle, 1000);
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
        User(container.Bundle, 1000);
        if (inUserNamespace) NewUserNamespace(container.Bundle);
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

    [Fact]
    public void Nothing_is_blocked_or_ignored_although_the_caller_does()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        container.Runtime.Tracer = ["env", "--ignore-signal=PIPE,HUP,USR2,XFSZ,URG,WINCH,CONT,SYS", "--block-signal=USR1,TERM,CHLD,RTMAX"];
        AssertPlainSignals(container.Run().Ok().Stdout);
    }

    // runc leaves some of them as they are.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_signal_is_ignored_although_the_caller_ignores_all(bool exec)
    {
        Requires.Runcs();
        using Container container = new();
        string[] cat = ["/bin/cat", "/proc/self/status"];
        container.Bundle.Args(exec ? ["/bin/sleep", "100"] : cat);
        if (exec) container.Up();
        // Without a list: the real-time ones included.
        container.Runtime.Tracer = ["env", "--ignore-signal", "--block-signal=USR1,TERM,CHLD,RTMAX"];
        AssertPlainSignals((exec ? container.Exec(cat) : container.Run()).Ok().Stdout);
    }

    private static void AssertPlainSignals(string status)
    {
        string[] lines = status.Split('\n');
        foreach (string name in (string[])["SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd"])
            Assert.Contains($"{name}:\t0000000000000000", lines);
    }

    [Fact]
    public void The_program_leads_a_session_and_a_group_of_its_own()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/stat");
        // pid, parent, group, session, terminal: proc_pid_stat(5).
        string[] fields = container.Run().Ok().Stdout.Split(' ');
        Assert.Equal(["1", "0", "1", "1", "0"], [fields[0], .. fields[3..7]]);
    }

    [Fact]
    [Requirement("config-linux/namespace-pid")]
    public void The_program_is_process_one_and_alone()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sh", "-c", "for p in /proc/[0-9]*; do echo ${p#/proc/}; done; cat /proc/1/comm; true");
        Assert.Equal("1\nsh\n", container.Run().Ok().Stdout);
    }

    private static string HomeIn(string environ) =>
        string.Concat(environ.Split('\0').Where(variable => variable.StartsWith("HOME=", StringComparison.Ordinal)).Select(variable => variable + "\0"));

    private static void Environment(Bundle bundle, params string[] variables) =>
        bundle.Process["env"] = new JsonArray([.. variables.Select(variable => (JsonNode)variable)]);

    private static void User(Bundle bundle, int uid) => bundle.Process["user"] = new JsonObject { ["uid"] = uid, ["gid"] = uid };

    /// <summary>A new user namespace whose root owns the root file system.</summary>
    internal static void NewUserNamespace(Bundle bundle)
    {
        ((JsonArray)bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        foreach (string kind in (string[])["uidMappings", "gidMappings"])
            bundle.Linux[kind] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 100000, ["size"] = 65536 });
        Command.Run("chown", "-R", "100000:100000", bundle.Rootfs).Ok();
    }
}
