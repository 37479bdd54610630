// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>run</c>, whose exec stage waits for the start only if something is to be done before it.</summary>
public class RunAtOnceTests
{
    public RunAtOnceTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.Program("strace");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("user", false)]
    [InlineData("seccomp", false)]
    [InlineData("host's pids", false)]
    [InlineData("hook", true)]
    [InlineData("late limit", true)]
    [InlineData("scheduler", true)]
    public void The_stage_waits_only_if_something_is_to_be_done(string setting, bool waits)
    {
        using Container container = new();
        Shape(container.Bundle, setting);
        container.Bundle.Shell("echo hello");
        string trace = Traced(container);
        Assert.Equal("hello\n", container.Run().Ok().Stdout);
        Assert.Equal(waits, StageReads(trace));
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("not in PATH")]
    [InlineData("directory")]
    [InlineData("not executable")]
    [InlineData("no interpreter")]
    [InlineData("filter")]
    public void A_program_that_cannot_be_executed_is_the_same_error(string fault)
    {
        using Container atOnce = new(), waiting = new();
        Shape(waiting.Bundle, "late limit");
        Assert.Equal(Failure(waiting, fault), Failure(atOnce, fault));
    }

    private static (string Stderr, int ExitCode) Failure(Container container, string fault)
    {
        Break(container.Bundle, fault);
        Result failed = container.Run().Fails();
        Leftovers.AssertNone(container);
        return (container.Scrub(failed.Stderr), failed.ExitCode);
    }

    private static void Shape(Bundle bundle, string setting)
    {
        switch (setting)
        {
            case "user":
                bundle.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
                break;
            case "seccomp":
                bundle.Linux["seccomp"] = Filter("swapon");
                break;
            case "host's pids":
                JsonArray namespaces = bundle.Linux["namespaces"]!.AsArray();
                namespaces.Remove(namespaces.Single(kind => (string)kind!["type"]! == "pid"));
                break;
            case "hook":
                bundle.Config["hooks"] = new JsonObject { ["startContainer"] = new JsonArray(new JsonObject { ["path"] = "/bin/true" }) };
                break;
            case "late limit":
                bundle.Linux["resources"] = new JsonObject { ["pids"] = new JsonObject { ["limit"] = 10 } };
                break;
            case "scheduler":
                bundle.Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_BATCH" };
                break;
        }
    }

    private static void Break(Bundle bundle, string fault)
    {
        bundle.Args(fault switch
        {
            "missing" => "/bin/missing",
            "not in PATH" => "missing",
            "directory" => "/bin",
            "filter" => "/bin/true",
            _ => "/script",
        });
        if (fault is "not executable" or "no interpreter") bundle.Put("script", "#!/bin/missing\n", executable: fault == "no interpreter");
        if (fault == "filter") bundle.Linux["seccomp"] = Filter("execve");
    }

    private static JsonObject Filter(string call) => new()
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["syscalls"] = new JsonArray(new JsonObject { ["names"] = new JsonArray(call), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = 7 }),
    };

    private static string Traced(Container container)
    {
        string trace = container.Path("trace");
        container.Runtime.Tracer = Faults.Trace(trace);
        return trace;
    }

    // Whether the process that executes the stage reads, from its start channel, before it executes the program.
    private static bool StageReads(string trace)
    {
        string[] lines = File.ReadAllLines(trace);
        int stage = Array.FindIndex(lines, line => line.Contains(" execveat(", StringComparison.Ordinal));
        string process = lines[stage].Split(' ')[0];
        string[] calls = [.. lines[(stage + 1)..].Where(line => line.Split(' ')[0] == process).TakeWhile(line => !line.Contains(" execve(\"/bin/sh\"", StringComparison.Ordinal))];
        Assert.Contains(calls, line => line.Contains(" statx(", StringComparison.Ordinal));
        return calls.Any(line => line.Contains(" read(", StringComparison.Ordinal));
    }
}
