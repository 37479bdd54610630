// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;
using static Runcs.Integration.HookTests;

namespace Runcs.Integration;

/// <summary>A hook as a process: its arguments, environment, descriptors, input and time.</summary>
public class HookProcessTests
{
    private const int KillSignal = 9;

    public HookProcessTests() => Requires.Root();

    [Fact]
    [OnAnyRuntime]
    public void A_hook_that_takes_too_long_is_killed()
    {
        using Container container = new();
        JsonObject hook = Script($"exec sleep 1{Environment.ProcessId}");
        hook["timeout"] = 1;
        Add(container, "prestart", hook);
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Contains("hook ran past specified timeout of 1.0s", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Processes_of_a_killed_hook_are_killed_with_it()
    {
        Requires.Runcs();
        using Container container = new();
        string file = container.Path("pid");
        JsonObject hook = Script($"sleep 100 & echo $! > {file}; wait");
        hook["timeout"] = 1;
        Add(container, "prestart", hook);
        container.Create().Fails();
        string process = "/proc/" + File.ReadAllText(file).Trim();
        Eventually.True(() => !Directory.Exists(process) || File.ReadAllText(process + "/stat").Contains(") Z", StringComparison.Ordinal), "sleep still runs");
    }

    [Theory]
    [OnAnyRuntime]
    [InlineData("wc -c > $OUT")]
    [InlineData("exec <&-; echo ignored > $OUT")]
    public void A_long_state_does_not_block(string script)
    {
        using Container container = new();
        string file = container.Path("out");
        container.Bundle.Config["annotations"] = new JsonObject { ["long"] = new string('x', 300_000) };
        foreach (string kind in (string[])["prestart", "createContainer", "poststart"])
            Add(container, kind, Script(script.Replace("$OUT", file + kind, StringComparison.Ordinal)));
        container.Run().Ok();
        foreach (string kind in (string[])["prestart", "createContainer", "poststart"])
        {
            string text = File.ReadAllText(file + kind).Trim();
            Assert.True(text == "ignored" || int.Parse(text) > 300_000, text);
        }
    }

    [Fact]
    public void A_hook_that_leaves_a_process_behind_is_not_waited_for_twice()
    {
        Requires.Runcs();
        using Container container = new();
        string file = container.Path("pid");
        Add(container, "prestart", Script($"sleep 100 & echo $! > {file}"));
        Stopwatch watch = Stopwatch.StartNew();
        container.Run().Ok();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
        Assert.Equal(0, Libc.kill(int.Parse(File.ReadAllText(file)), KillSignal));
    }

    [Fact]
    [OnAnyRuntime]
    public void Arguments_and_environment_are_the_hooks_own()
    {
        using Container container = new();
        string log = Shared(container);
        string print = $"echo \"$0 $1 ${{MARK-unset}} ${{OTHER-unset}}\" >> {log}";
        Add(container, "prestart",
            new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("anything", "-c", print, "zero", "one"), ["env"] = new JsonArray("MARK=set") },
            new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("anything", "-c", print, "zero", "one"), ["env"] = new JsonArray() },
            new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("anything", "-c", print, "zero", "one") });
        container.Run(new Options { Environment = new Dictionary<string, string?> { ["OTHER"] = "callers" } }).Ok();
        string[] lines = File.ReadAllLines(log);
        Assert.Equal("zero one set unset", lines[0]);
        Assert.Equal("zero one unset callers", lines[2]);
        if (RuntimeUnderTest.IsRuncs)
            Assert.Equal("zero one unset unset", lines[1]);
    }

    [Fact]
    public void A_hook_has_its_streams_and_no_other_descriptor_and_no_signal_blocked_or_ignored()
    {
        Requires.Runcs();
        using Container container = new();
        string log = container.Path("log");
        foreach (string kind in (string[])["prestart", "createContainer", "poststart"])
            Add(container, kind, Script($"echo $(ls /proc/self/fd) >> {log}; grep -E 'Sig(Blk|Ign)' /proc/self/status >> {log}"));
        string[] run = container.Runtime.CommandLine("run", "--bundle", container.Bundle.Directory, container.Id);
        container.Bundle.Write();
        Command.Run(["env", "--ignore-signal", "sh", "-c", "exec 7</etc/passwd; exec \"$@\"", "sh", .. run]).Ok();
        foreach (string line in File.ReadLines(log))
            Assert.True(line is "SigBlk:\t0000000000000000" or "SigIgn:\t0000000000000000" || line.Split(' ').All(fd => fd is "0" or "1" or "2" or "3"), line);
    }

    [Theory]
    [Requirement("config/hooks-path-absolute", "config/hooks-timeout")]
    [InlineData("path", "\"relative\"")]
    [InlineData("timeout", "0")]
    public void A_bad_hook_is_refused_before_anything_is_made(string key, string value)
    {
        Requires.Runcs();
        using Container container = new();
        JsonObject hook = Script("true");
        hook[key] = JsonNode.Parse(value);
        Add(container, "poststop", hook);
        Assert.Contains($"hooks.poststop[0].{key}: must be ", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // poll(2) takes milliseconds in 32 bits, into which these seconds would wrap to 704.
    [Fact]
    public void A_very_long_timeout_is_no_short_one()
    {
        using Container container = new();
        container.Bundle.Args("/bin/true");
        JsonObject hook = Script("sleep 1");
        hook["timeout"] = 4294968;
        Add(container, "startContainer", hook);
        container.Run().Ok();
    }
}
