// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "POSIX-platform Hooks", and their places in runtime.md, "Lifecycle".</summary>
public class HookTests
{
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
        ErrorMessage.Is("container does not exist", container.Runtime.Run("state", container.Id));
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
        ErrorMessage.Is("cannot start an already running container", container.Start());
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

    // A directory mounted on /shared inside; returns the path of its log outside.
    internal static string Shared(Container container)
    {
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName;
        container.Bundle.Mount("/shared", "bind", shared, "bind");
        return Path.Combine(shared, "log");
    }

    // In one write(2): the program and the poststart hooks write concurrently.
    private static string LogState(string kind, string log) => $"echo \"{kind} $(cat)\" >> {log}";

    private static string[] Kinds(string log) => [.. File.ReadLines(log).Select(line => line.Split(' ')[0])];

    internal static JsonObject Script(string script) => new() { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script) };

    internal static void Add(Container container, string kind, params JsonObject[] hooks)
    {
        JsonNode all = container.Bundle.Config["hooks"] ??= new JsonObject();
        all[kind] ??= new JsonArray();
        foreach (JsonObject hook in hooks)
            ((JsonArray)all[kind]!).Add(hook);
    }
}
