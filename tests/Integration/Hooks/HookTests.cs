// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "POSIX-platform Hooks", and their places in runtime.md, "Lifecycle".</summary>
public class HookTests
{
    private const int KillSignal = 9;

    public HookTests() => Requires.Root();

    [Fact]
    [Requirement("runtime/lifecycle-prestart", "runtime/lifecycle-createruntime", "runtime/lifecycle-createcontainer",
        "runtime/lifecycle-startcontainer", "runtime/lifecycle-poststart", "runtime/lifecycle-poststop", "config/hooks-state",
        "config/hooks-prestart-before-createruntime", "config/hooks-createcontainer-after-createruntime",
        "config/hooks-startcontainer-when", "config/hooks-poststart-when", "config/hooks-poststop-when")]
    public void Every_kind_runs_once_in_its_place_with_its_state()
    {
        Requires.Runcs();
        using Container container = new();
        string log = Shared(container);
        container.Bundle.Shell("echo program > /shared/note; cat /shared/note >> /shared/log");
        container.Bundle.Config["annotations"] = new JsonObject { ["key"] = "value" };
        foreach (string kind in (string[])["poststop", "prestart", "createRuntime", "createContainer", "poststart"])
            Add(container, kind, Script(LogState(kind, log)));
        Add(container, "startContainer", Script(LogState("startContainer", "/shared/log")));

        container.Create().Ok();
        int pid = container.Pid;
        Assert.Equal(["prestart", "createRuntime", "createContainer"], Kinds(log));
        container.Start().Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();

        string[] lines = File.ReadAllLines(log);
        Assert.Equal(["createContainer", "createRuntime", "poststart", "poststop", "prestart", "program", "startContainer"], Kinds(log).Order(StringComparer.Ordinal));
        Assert.Equal("poststop", Kinds(log)[^1]);
        Assert.True(Array.IndexOf(Kinds(log), "startContainer") < Array.IndexOf(Kinds(log), "program"));
        Assert.True(Array.IndexOf(Kinds(log), "startContainer") < Array.IndexOf(Kinds(log), "poststart"));
        Check("prestart", "created", pid);
        Check("createRuntime", "creating", pid);
        Check("createContainer", "creating", 1);
        Check("startContainer", "created", 1);
        Check("poststart", "running", pid);
        Check("poststop", "stopped", null);

        void Check(string kind, string status, int? expectedPid)
        {
            JsonNode state = JsonNode.Parse(lines.Single(line => line.StartsWith(kind + " ", StringComparison.Ordinal))[kind.Length..])!;
            Assert.Equal(container.Id, (string?)state["id"]);
            Assert.Equal(status, (string?)state["status"]);
            Assert.Equal(expectedPid, (int?)state["pid"]);
            Assert.Equal(container.Bundle.Directory, (string?)state["bundle"]);
            Assert.Equal("value", (string?)state["annotations"]!["key"]);
            Assert.StartsWith("1.", (string?)state["ociVersion"], StringComparison.Ordinal);
        }
    }

    [Fact]
    [Requirement("config/hooks-prestart-namespace", "config/hooks-createruntime-namespace", "config/hooks-createcontainer-namespace",
        "config/hooks-poststart-namespace", "config/hooks-prestart-before-createruntime",
        "config/hooks-createcontainer-after-createruntime")]
    [OnAnyRuntime]
    public void Hooks_run_in_the_namespaces_of_their_kind()
    {
        using Container container = new();
        string log = Shared(container);
        foreach (string kind in (string[])["prestart", "createRuntime", "createContainer", "poststart"])
            Add(container, kind, Script($"for n in uts mnt ipc net pid; do echo {kind} $(readlink /proc/self/ns/$n) >> {log}; done"));
        container.Run().Ok();
        string[] own = [.. ((string[])["uts", "mnt", "ipc", "net", "pid"]).Select(name => File.ResolveLinkTarget("/proc/self/ns/" + name, false)!.Name)];
        foreach (string line in File.ReadLines(log).Where(line => line.Contains('[', StringComparison.Ordinal)))
            Assert.Equal(!line.StartsWith("createContainer", StringComparison.Ordinal), own.Any(name => line.EndsWith(name, StringComparison.Ordinal)));
        Assert.Equal(["prestart", "createRuntime", "createContainer", "poststart"], Kinds(log).Distinct());
    }

    [Theory]
    [Requirement("runtime/lifecycle-prestart-fails", "runtime/lifecycle-createruntime-fails", "runtime/lifecycle-createcontainer-fails",
        "runtime/errors-leave-nothing")]
    [OnAnyRuntime]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_failed_hook_ends_the_creation_and_leaves_nothing(string kind)
    {
        using Container container = new();
        string log = Shared(container);
        Add(container, kind, Script("echo said; echo complained >&2; exit 5"), Script($"echo second >> {log}"));
        Add(container, "poststop", Script($"echo poststop >> {log}"));
        string message = container.Create().Fails().Stderr;
        Assert.Contains("exit status 5, stdout: said", message, StringComparison.Ordinal);
        Assert.Contains("stderr: complained", message, StringComparison.Ordinal);
        Assert.Contains("hook #0", message, StringComparison.Ordinal);
        Assert.Equal(["poststop"], Kinds(log));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_failed_hook_is_named_with_its_kind()
    {
        Requires.Runcs();
        using Container container = new();
        Add(container, "createRuntime", Script("true"), Script("echo said; kill -9 $$"));
        Assert.Contains("error running createRuntime hook #1: signal: killed, stdout: said, stderr: ", container.Create().Fails().Stderr, StringComparison.Ordinal);
        container.Bundle.Config["hooks"] = null;
        Add(container, "prestart", new JsonObject { ["path"] = "/no/such/hook" });
        Assert.Contains("error running prestart hook #0: execve(2) on \\\"/no/such/hook\\\": no such file or directory", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [Requirement("runtime/lifecycle-startcontainer-fails", "runtime/lifecycle-poststart-fails", "runtime/lifecycle-poststop-fails")]
    [InlineData("startContainer", "create", "")]
    [InlineData("startContainer", "run", "")]
    [InlineData("poststart", "create", "program ")]
    [InlineData("poststart", "run", "program ")]
    public void A_failed_hook_of_the_start_ends_and_deletes_the_container(string kind, string verb, string before)
    {
        Requires.Runcs();
        using Container container = new();
        string log = Shared(container);
        container.Bundle.Shell("echo program >> /shared/log; exec sleep 100");
        Add(container, kind, Script(kind == "poststart" ? $"until [ -s {log} ]; do sleep 0.01; done; exit 3" : "exit 3"));
        Add(container, "poststop", Script($"cat >> {log}; exit 1"), Script($"echo second >> {log}"));
        if (verb == "create") container.Create().Ok();
        Result result = (verb == "create" ? container.Start() : container.Run()).Exits(1);
        Assert.Contains($"error running {kind} hook #0", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("; warning: error running poststop hook #0: exit status 1", result.Stderr, StringComparison.Ordinal);
        string text = File.ReadAllText(log).Replace("\n", " ", StringComparison.Ordinal);
        Assert.StartsWith(before + "{", text, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"stopped\"", text, StringComparison.Ordinal);
        Assert.EndsWith("second ", text, StringComparison.Ordinal);
        Assert.Equal("container does not exist", ErrorMessage.Of(container.Runtime.Run("state", container.Id)));
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    public void While_poststart_hooks_run_the_container_does(string verb)
    {
        Requires.Runcs();
        using Container container = new();
        string log = container.Path("status");
        container.Bundle.Args("/bin/sleep", "100");
        Add(container, "poststart", Script($"{RuntimeUnderTest.Executable} --root {container.Runtime.Root} state {container.Id} > {log}"));
        if (verb == "create") container.Up();
        else container.Run("--detach").Ok();
        Assert.Equal("running", (string?)JsonNode.Parse(File.ReadAllText(log))!["status"]);
        Assert.Equal("running", container.Status);
        Assert.Equal("cannot start an already running container", ErrorMessage.Of(container.Start()));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [OnAnyRuntime]
    public void After_the_deletion_poststop_hooks_find_no_container()
    {
        using Container container = new();
        string log = container.Path("status");
        Add(container, "poststop", Script($"{RuntimeUnderTest.Executable} --root {container.Runtime.Root} state {container.Id} > {log} 2>&1; echo $? >> {log}"));
        container.Create().Ok();
        container.Delete("--force").Ok();
        Assert.Contains("container does not exist", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.EndsWith("\n1\n", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_joined_pid_namespace_the_pid_is_the_one_there()
    {
        Requires.Runcs();
        using Container first = new();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container container = new();
        string log = Shared(container);
        container.Bundle.Namespace("pid", $"/proc/{first.Pid}/ns/pid").Shell("echo program $$ >> /shared/log");
        Add(container, "createContainer", Script(LogState("createContainer", log)));
        Add(container, "startContainer", Script(LogState("startContainer", "/shared/log")), Script(LogState("again", "/shared/log")));
        container.Create().Ok();
        int hosts = container.Pid;
        container.Start().Ok();
        container.WaitForStatus("stopped");
        Dictionary<string, string> lines = File.ReadLines(log).ToDictionary(line => line.Split(' ')[0], line => line[(line.IndexOf(' ') + 1)..]);
        int inside = int.Parse(lines["program"]);
        Assert.NotEqual(hosts, inside);
        foreach (string kind in (string[])["startContainer", "again"])
        {
            Assert.Equal(inside, (int?)JsonNode.Parse(lines[kind])!["pid"]);
            Assert.Equal("created", (string?)JsonNode.Parse(lines[kind])!["status"]);
        }
        // Nothing of the container is in the namespace yet.
        Assert.Null(JsonNode.Parse(lines["createContainer"])!["pid"]);
        Assert.Equal("creating", (string?)JsonNode.Parse(lines["createContainer"])!["status"]);
    }

    [Fact]
    [Requirement("runtime/lifecycle-poststart-fails")]
    [OnAnyRuntime]
    public void A_failed_poststart_hook_ends_the_program()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        Add(container, "poststart", Script("exit 3"));
        Assert.Contains("exit status 3", container.Run().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/lifecycle-poststop-fails", "runtime/warnings-change-nothing")]
    public void A_failed_poststop_hook_only_causes_a_warning()
    {
        Requires.Runcs();
        using Container container = new();
        string log = Shared(container);
        Add(container, "poststop", Script("exit 3"), Script($"echo second >> {log}"), Script("exit 4"));
        container.Create().Ok();
        string warnings = container.Delete("--force").Ok().Stderr;
        Assert.Contains("level=warning msg=\"error running poststop hook #0: exit status 3", warnings, StringComparison.Ordinal);
        Assert.Contains("level=warning msg=\"error running poststop hook #2: exit status 4", warnings, StringComparison.Ordinal);
        Assert.Equal(["second"], Kinds(log));
        Leftovers.AssertNone(container);
    }

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

    // A directory mounted on /shared inside; returns the path of its log outside.
    private static string Shared(Container container)
    {
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName;
        container.Bundle.Mount("/shared", "bind", shared, "bind");
        return Path.Combine(shared, "log");
    }

    // In one write(2): the program and the poststart hooks write concurrently.
    private static string LogState(string kind, string log) => $"echo \"{kind} $(cat)\" >> {log}";

    private static string[] Kinds(string log) => [.. File.ReadLines(log).Select(line => line.Split(' ')[0])];

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

    private static JsonObject Script(string script) => new() { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script) };

    private static void Add(Container container, string kind, params JsonObject[] hooks)
    {
        JsonNode all = container.Bundle.Config["hooks"] ??= new JsonObject();
        all[kind] ??= new JsonArray();
        foreach (JsonObject hook in hooks)
            ((JsonArray)all[kind]!).Add(hook);
    }
}
