// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// For each kind of hook: the file system of its program, its namespaces, and the state of the container (config.md,
/// "POSIX-platform Hooks").
/// </summary>
[OnAnyRuntime]
public class HookPlaceTests
{
    private static readonly string[] _hosts = ["prestart", "createRuntime", "createContainer", "poststart", "poststop"];

    public HookPlaceTests() => Requires.Root();

    [Fact]
    [Requirement("config/hooks-prestart-resolved", "config/hooks-createruntime-resolved", "config/hooks-createcontainer-resolved",
        "config/hooks-startcontainer-resolved", "config/hooks-poststart-resolved", "config/hooks-poststop-resolved")]
    public void Only_the_program_of_a_startContainer_hook_is_the_containers()
    {
        using Container container = new();
        string log = Shared(container), outside = container.Path("hook");
        File.WriteAllText(outside, $"#!/bin/sh\necho $1 >> {log}\n");
        File.SetUnixFileMode(outside, (UnixFileMode)0b111_101_101);
        container.Bundle.Put("/only/inside", "#!/bin/sh\necho $1 >> /shared/log\n", executable: true);
        foreach (string kind in _hosts) Add(container, kind, outside, "hook", kind);
        Add(container, "startContainer", "/only/inside", "hook", "startContainer");
        container.Run().Ok();
        Assert.Equal(_hosts.Append("startContainer").Order(StringComparer.Ordinal), File.ReadAllLines(log).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Requirement("config/hooks-order")]
    public void Hooks_of_a_kind_run_in_order()
    {
        using Container container = new();
        string log = Shared(container);
        foreach (string number in (string[])["1", "2", "3"])
        {
            foreach (string kind in _hosts) Add(container, kind, "/bin/sh", "sh", "-c", $"echo {kind} {number} >> {log}");
            Add(container, "startContainer", "/bin/sh", "sh", "-c", $"echo startContainer {number} >> /shared/log");
        }
        container.Run().Ok();
        foreach (string kind in _hosts.Append("startContainer"))
            Assert.Equal([$"{kind} 1", $"{kind} 2", $"{kind} 3"], File.ReadAllLines(log).Where(line => line.StartsWith(kind, StringComparison.Ordinal)));
    }

    // Before pivot_root the container's mounts are below the bundle.
    [Fact]
    [Requirement("config/hooks-prestart-when", "config/hooks-createruntime-when", "config/hooks-createcontainer-when")]
    public void Hooks_of_create_run_after_the_mounts_and_before_pivot_root()
    {
        using Container container = new();
        string log = Shared(container), made = $" {container.Bundle.Rootfs}/made ";
        container.Bundle.Mount("/made", "tmpfs", "tmpfs", "size=64k");
        foreach (string kind in (string[])["prestart", "createRuntime"])
            Add(container, kind, "/bin/sh", "sh", "-c", $"pid=$(tr , '\\n' | sed -n 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p'); echo {kind} $(grep -c '{made}' /proc/$pid/mountinfo) >> {log}");
        Add(container, "createContainer", "/bin/sh", "sh", "-c", $"echo createContainer $(grep -c '{made}' /proc/self/mountinfo) >> {log}");
        container.Create().Ok();
        Assert.Equal(["prestart 1", "createRuntime 1", "createContainer 1"], File.ReadAllLines(log));
    }

    [Fact]
    [Requirement("config/hooks-prestart-namespace", "config/hooks-createruntime-namespace", "config/hooks-poststart-namespace",
        "config/hooks-poststop-namespace", "config/hooks-createcontainer-namespace", "config/hooks-startcontainer-namespace")]
    public void Runtime_hooks_run_in_the_runtimes_namespaces_and_container_hooks_in_the_containers()
    {
        using Container container = new();
        string log = Shared(container);
        const string Spaces = "echo $(cd /proc/self/ns && readlink mnt net ipc uts)";
        foreach (string kind in _hosts) Add(container, kind, "/bin/sh", "sh", "-c", $"{Spaces} {kind} >> {log}");
        Add(container, "startContainer", "/bin/sh", "sh", "-c", $"{Spaces} startContainer >> /shared/log");
        string own = Command.Run("sh", "-c", Spaces).Ok().Stdout.Trim();
        container.Run().Ok();
        foreach (string[] line in File.ReadLines(log).Select(line => line.Split(' ')))
        {
            if (line[^1] is "createContainer" or "startContainer")
                Assert.DoesNotContain(line[..^1], own.Split(' ').Contains);
            else
                Assert.Equal(own, string.Join(' ', line[..^1]));
        }
        Assert.Equal(6, File.ReadLines(log).Count());
    }

    // A directory mounted on /shared inside; returns the path of its log outside.
    private static string Shared(Container container)
    {
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName;
        container.Bundle.Mount("/shared", "bind", shared, "bind");
        return Path.Combine(shared, "log");
    }

    private static void Add(Container container, string kind, string path, params string[] args)
    {
        JsonNode all = container.Bundle.Config["hooks"] ??= new JsonObject();
        all[kind] ??= new JsonArray();
        ((JsonArray)all[kind]!).Add(new JsonObject { ["path"] = path, ["args"] = new JsonArray([.. args.Select(arg => (JsonNode)arg)]) });
    }
}
