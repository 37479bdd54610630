// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary><c>logs</c>, and the files that keepers write.</summary>
public partial class LogsTests
{
    private const int Lines = 1_000_000, Megabyte = 1 << 20, SIGSTOP = 19, SIGCONT = 18;

    public LogsTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    public void Both_streams_are_printed_as_they_were_written()
    {
        using Container container = Kept.Supervise("echo out; sleep 0.1; echo err >&2; sleep 0.1; printf 'no end'");
        container.Wait().Ok();
        Result logs = container.Logs().Ok();
        Assert.Equal("out\nno end", logs.Stdout);
        Assert.Equal("err\n", logs.Stderr);
        string file = (string)container.Keeper()["logPath"]!;
        Assert.Equal(container.Runtime.Root + $"/{container.Id}/log", file);
        Assert.Equal(["stdout F out", "stderr F err", "stdout P no end"], File.ReadAllLines(file).Select(line => line[31..]));
        Assert.All(File.ReadAllLines(file), line => Assert.Matches(Time(), line[..31]));
        Assert.Equal("0640", Convert.ToString((int)File.GetUnixFileMode(file), 8).PadLeft(4, '0'));
    }

    /// <summary>What a program writes without a line end is in the log at once, as a question to its user is.</summary>
    [Fact]
    public void Parts_of_a_line_are_printed_at_once_and_together()
    {
        using Container container = Kept.Supervise("printf 'how many? '; read n; echo $n", "-i");
        container.WaitForLog("how many? ");
        using RunningCommand attach = container.Attach();
        attach.Write("42\n");
        attach.Wait().Ok();
        Assert.Equal("how many? 42\n", container.Logs().Ok().Stdout);
        Assert.Matches("^[^ ]* how many\\? 42\n$", container.Logs("--timestamps").Ok().Stdout);
    }

    [Fact]
    public void Binary_output_and_very_long_lines_are_unchanged()
    {
        byte[] bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        bytes.AsSpan(1_000_000, 500_000).Fill((byte)'x');
        using Container container = new();
        container.Bundle.Shell("cat /data; cat /data >&2");
        File.WriteAllBytes(Path.Combine(container.Bundle.Rootfs, "data"), bytes);
        container.Run("--supervise", "--log-opt", "max-size=100m").Ok();
        container.Wait().Ok();
        Result logs = container.Logs().Ok();
        Assert.True(bytes.AsSpan().SequenceEqual(logs.StdoutBytes));
        Assert.True(bytes.AsSpan().SequenceEqual(logs.StderrBytes));
    }

    [Fact]
    public void Plain_logs_have_the_bytes_alone()
    {
        using Container container = Kept.Supervise("echo out; sleep 0.1; echo err >&2; printf end", "--log-driver", "plain");
        container.Wait().Ok();
        Assert.Equal("out\nerr\nend", File.ReadAllText((string)container.Keeper()["logPath"]!));
        Assert.Equal("out\nerr\nend", container.Logs().Ok().Stdout);
        Assert.Equal("err\nend", container.Logs("--tail", "2").Ok().Stdout);
        Assert.Contains("has no times: it was started with --log-driver plain", container.Logs("--since", "1h").Exits(1).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_log_there_is_nothing_to_print()
    {
        using Container container = Kept.Supervise("echo out; sleep 100", "--log-driver", "none");
        Assert.Null(container.Keeper()["logPath"]);
        Assert.Contains("has no log: it was started with --log-driver none", container.Logs().Exits(1).Stderr, StringComparison.Ordinal);
    }

    /// <summary>100 MB, 20 files: nothing is lost between them, and no record is cut.</summary>
    [Fact]
    public void Nothing_is_lost_across_rotated_files()
    {
        using Container container = new();
        string file = container.Path("box.log");
        container.Bundle.Shell($"seq -f 'line %{60}.0f' {Lines}").Env("LC_ALL", "C");
        container.Bundle.Shell($"i=0; while [ $i -lt 16 ]; do seq {Lines}; i=$((i+1)); done");
        container.Run("--supervise", "--log-opt", $"path={file}", "--log-opt", "max-size=50m", "--log-opt", "max-file=20").Ok();
        container.Runtime.Run(Options.Default with { Timeout = Patience.Seconds(120) }, "wait", container.Id).Ok();
        string[] files = [.. Enumerable.Range(0, 20).Select(number => number == 0 ? file : $"{file}.{number}").Where(File.Exists)];
        Assert.InRange(files.Length, 3, 20);
        Assert.All(files, name => Assert.InRange(new FileInfo(name).Length, 1, 50 * Megabyte));
        byte[] output = container.Runtime.Run(Options.Default with { Timeout = Patience.Seconds(120) }, "logs", container.Id).Ok().StdoutBytes;
        byte[] once = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(1, Lines).Select(number => $"{number}\n")));
        Assert.Equal(once.Length * 16, output.Length);
        for (int i = 0; i < 16; i++) Assert.True(once.AsSpan().SequenceEqual(output.AsSpan(i * once.Length, once.Length)), $"part {i}");
    }

    [Fact]
    public void The_oldest_files_are_removed_and_no_others()
    {
        using Container container = new();
        string file = container.Path("box.log");
        File.WriteAllText(container.Path("box.log.old"), "");
        container.Bundle.Shell($"seq {Lines}");
        container.Run("--supervise", "--log-opt", $"path={file}", "--log-opt", "max-size=1m", "--log-opt", "max-file=3").Ok();
        container.Wait().Ok();
        Assert.Equal(["box.log", "box.log.1", "box.log.2", "box.log.old"], Directory.GetFiles(container.Path(""), "box.log*").Select(Path.GetFileName).Order());
        string[] lines = container.Logs().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int first = int.Parse(lines[0], CultureInfo.InvariantCulture);
        Assert.True(first > 1);
        Assert.Equal(Enumerable.Range(first, Lines - first + 1), lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("k8s-file", 1)]
    [InlineData("plain", 3)]
    [InlineData("plain", 1)]
    public void Other_logs_rotate_too(string driver, int files)
    {
        using Container container = new();
        string file = container.Path("box.log");
        container.Bundle.Shell($"seq 500000");
        container.Run("--supervise", "--log-driver", driver, "--log-opt", $"path={file}", "--log-opt", "max-size=1m", "--log-opt", $"max-file={files}").Ok();
        container.Wait().Ok();
        Assert.Equal(files, Directory.GetFiles(container.Path(""), "box.log*").Length);
        // A plain file ends with the line that makes it full.
        Assert.All(Directory.GetFiles(container.Path(""), "box.log*"), name => Assert.InRange(new FileInfo(name).Length, 1, Megabyte + (driver == "plain" ? 10 : 0)));
        string[] lines = container.Logs().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int first = int.Parse(lines[0], CultureInfo.InvariantCulture);
        Assert.Equal(Enumerable.Range(first, 500_000 - first + 1), lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Following_goes_through_rotated_files_to_the_end()
    {
        using Container container = new();
        container.Bundle.Shell("read x; i=0; while [ $i -lt 20 ]; do seq 20000; sleep 0.05; i=$((i+1)); done; exit 5");
        container.Run("--supervise", "-i", "--log-opt", $"path={container.Path("box.log")}", "--log-opt", "max-size=2m", "--log-opt", "max-file=30").Ok();
        using RunningCommand follow = container.Runtime.Start("logs", "--follow", container.Id);
        using RunningCommand other = container.Runtime.Start("logs", "-f", "--tail", "0", container.Id);
        using RunningCommand late = container.Runtime.Start("logs", "-f", container.Id);
        Thread.Sleep(200);
        late.Signal(SIGSTOP);
        using RunningCommand attach = container.Attach();
        attach.Write("go\n");
        attach.Wait(Patience.Seconds(60)).Exits(5);
        // Meanwhile the log has been rotated more than once.
        late.Signal(SIGCONT);
        string once = string.Concat(Enumerable.Range(1, 20_000).Select(number => $"{number}\n"));
        string expected = string.Concat(Enumerable.Repeat(once, 20));
        Assert.Equal(expected, follow.Wait(Patience.Seconds(60)).Ok().Stdout);
        Assert.Equal(expected, late.Wait(Patience.Seconds(60)).Ok().Stdout);
        Assert.Equal(expected, other.Wait(Patience.Seconds(60)).Ok().Stdout);
        Assert.True(Directory.GetFiles(container.Path(""), "box.log*").Length > 5);
    }

    [Fact]
    public void Following_prints_what_comes_when_it_comes()
    {
        using Container container = Kept.Supervise("echo first; read x; echo $x; sleep 100", "-i");
        using RunningCommand follow = container.Runtime.Start("logs", "-f", container.Id);
        follow.WaitForStdout("first\n");
        using RunningCommand attach = container.Attach();
        attach.Write("second\n");
        follow.WaitForStdout("first\nsecond\n");
        Assert.False(follow.HasExited);
        container.Delete("--force").Ok();
        follow.Wait().Ok();
    }

    [Fact]
    public void The_last_lines_and_those_since_a_time_are_selected()
    {
        using Container container = Kept.Supervise("seq 10; sleep 1.2; seq 11 20; sleep 100");
        container.WaitForLog("\n20\n");
        Assert.Equal("19\n20\n", container.Logs("--tail", "2").Ok().Stdout);
        Assert.Equal("", container.Logs("--tail", "0").Ok().Stdout);
        Assert.Equal(20, container.Logs("--tail", "all").Ok().Stdout.Split('\n').Length - 1);
        string[] lines = container.Logs("-t").Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string time = lines[10].Split(' ')[0];
        Assert.Equal(string.Join('\n', lines[10..]) + "\n", container.Logs("-t", "--since", time).Ok().Stdout);
        string seconds = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Assert.Equal(10, container.Logs("--since", seconds).Ok().Stdout.Split('\n').Count(line => line.StartsWith('1') && line.Length == 2) + 1);
        Assert.Equal("", container.Logs("--since", "-1h").Ok().Stdout);
        Assert.Equal(20, container.Logs("--since", "1h").Ok().Stdout.Split('\n').Length - 1);
        Assert.Contains("--since: must be a time", container.Logs("--since", "yesterday").Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Contains("--tail: must be a number", container.Logs("--tail", "x").Exits(1).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_leaves_is_no_error()
    {
        using Container container = Kept.Supervise("seq 100000");
        container.Wait().Ok();
        string[] command = container.Runtime.CommandLine("logs", container.Id);
        Result result = Command.Run("bash", "-c", "set -o pipefail; \"$@\" | head -n 1", "bash", command[0], command[1], command[2], command[3], command[4]).Ok();
        Assert.Equal("1\n", result.Stdout);
        Assert.Equal("", result.Stderr);
    }

    /// <summary>A log that cannot be written does not stop the program; state has the reason.</summary>
    [Fact]
    public void A_full_disk_stops_nobody()
    {
        using Container container = new();
        container.Bundle.Shell("seq 300000; exit 4");
        string directory = Directory.CreateDirectory(container.Path("small")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "size=64k", "small", directory).Ok();
        try
        {
            container.Run("--supervise", "--log-opt", $"path={directory}/log").Ok();
            container.Wait().Exits(4);
            Assert.Contains("no space left on device (ENOSPC)", (string)container.Keeper()["error"]!, StringComparison.Ordinal);
            container.Logs().Ok();
        }
        finally
        {
            Command.Run("umount", "-l", directory);
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $")]
    private static partial Regex Time();
}
