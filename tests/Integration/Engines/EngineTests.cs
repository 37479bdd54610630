// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Runs the configs of tests/Conformance/Plan/Engines: the peculiarities of each have their effect in the container.
/// </summary>
[OnAnyRuntime]
public sealed class EngineTests : IDisposable
{
    public EngineTests() => Requires.Root();

    // The parent of the containers' cgroups, which stays after their deletion.
    public void Dispose()
    {
        foreach (string hierarchy in Directory.GetDirectories("/sys/fs/cgroup"))
            _ = Libc.rmdir(Path.Combine(hierarchy, "engine"));
    }

    [Fact]
    public void Containerd()
    {
        Requires.CgroupV1();
        using Container container = Prepare("containerd", "cat /proc/self/status; ulimit -n; ulimit -Hn; echo here > /run/file && cat /run/file");
        string[] lines = Lines(container);
        Assert.Contains("Groups:\t0 ", lines);
        Assert.Contains("NoNewPrivs:\t1", lines);
        Assert.Contains("CapEff:\t0000000000002021", lines);
        Assert.Contains("CapAmb:\t0000000000000000", lines);
        Assert.Equal(["1024", "1024", "here"], lines[^3..]);
        Assert.Equal(["/engine/" + container.Id], container.Bundle.Linux["cgroupsPath"]!.GetValue<string>().Split('\n'));

        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        string devices = File.ReadAllText($"/sys/fs/cgroup/devices/engine/{container.Id}/devices.list");
        Assert.Contains("c 136:* rwm\n", devices, StringComparison.Ordinal);
        Assert.DoesNotContain("a *:* rwm", devices, StringComparison.Ordinal);
        Assert.Equal("1024\n", File.ReadAllText($"/sys/fs/cgroup/cpu/engine/{container.Id}/cpu.shares"));
        Assert.Contains($"/engine/{container.Id}\n", File.ReadAllText($"/proc/{container.Pid}/cgroup"), StringComparison.Ordinal);
    }

    [Fact]
    public void Podman()
    {
        Requires.CgroupV1();
        using Container container = Prepare("podman", """
            umask; uname -n; cat /proc/self/limits; env; cat /etc/hosts; ls -A /run; ls /sys/dev/block | wc -l
            touch /dev/shm/x && echo writable; touch /sys/fs/cgroup/x 2>/dev/null || echo read-only; cat /proc/self/mountinfo
            """);
        string[] lines = Lines(container);
        Assert.Equal(["0022", "engine"], lines[..2]);
        foreach (string line in (string[])["container=podman", "HOME=/root", "HOSTNAME=engine", "10.0.0.1 engine", ".containerenv", "writable", "read-only"])
            Assert.Contains(line, lines);
        Assert.Contains(lines, line => line.StartsWith("Max open files", StringComparison.Ordinal));
        AssertMount(lines, "/dev", "rw,nosuid,noexec");
        AssertMount(lines, "/dev/shm", "rw,nosuid,nodev,noexec");
        AssertMount(lines, "/sys/fs/cgroup/pids", "ro,nosuid,nodev,noexec,relatime");
        AssertMount(lines, "/sys/dev/block", "ro");

        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        Assert.Equal("2048\n", File.ReadAllText($"/sys/fs/cgroup/pids/engine/{container.Id}/pids.max"));
        // The default devices and no others.
        string devices = File.ReadAllText($"/sys/fs/cgroup/devices/engine/{container.Id}/devices.list");
        Assert.Contains("c 1:3 rwm\n", devices, StringComparison.Ordinal);
        Assert.DoesNotContain("b *:* rwm", devices, StringComparison.Ordinal);
        Assert.Equal("libpod", (string?)container.State()["annotations"]!["io.container.manager"]);
    }

    [Fact]
    public void Docker()
    {
        Requires.CgroupV1();
        using Container container = Prepare("docker", """
            grep Groups /proc/self/status; uname -n; cat /etc/hosts /etc/resolv.conf
            cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ping_group_range; cat /proc/self/mountinfo
            """);
        string hook = container.Path("engine/files/hook");
        File.WriteAllText(hook, $"#!/bin/sh\n{{ echo \"$# $1 $2\"; cat; }} > '{container.Path("hook")}'\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);
        string[] lines = Lines(container);
        Assert.Equal(["Groups:\t0 10 ", "engine", "10.0.0.1 engine", "nameserver 10.0.0.2", "0", "0\t2147483647"], lines[..6]);
        AssertMount(lines, "/sys/fs/cgroup/memory", "ro,nosuid,nodev,noexec");
        AssertMount(lines, "/proc/sys", "ro,nosuid,nodev,noexec");
        Assert.Contains(lines, line => line.Contains(" /dev/shm ", StringComparison.Ordinal) && line.Contains("size=65536k", StringComparison.Ordinal));

        string[] told = File.ReadAllText(container.Path("hook")).Split('\n', 2);
        // args[0] is the hook's own name; a script gets its path instead.
        Assert.Equal($"2 -root=/engine {container.Id}", told[0]);
        JsonNode state = JsonNode.Parse(told[1])!;
        Assert.Equal(container.Id, (string?)state["id"]);
        Assert.True((int)state["pid"]! > 1);
        Leftovers.AssertNone(container);
    }

    private static Container Prepare(string engine, string script)
    {
        Container container = new();
        string files = Directory.CreateDirectory(container.Path("engine/files/shm")).Parent!.FullName;
        File.WriteAllText(Path.Combine(files, "hosts"), "10.0.0.1 engine\n");
        File.WriteAllText(Path.Combine(files, "resolv.conf"), "nameserver 10.0.0.2\n");
        File.WriteAllText(Path.Combine(files, "empty"), "");
        string text = File.ReadAllText(Path.Combine(Repository.Root, $"tests/Conformance/Plan/Engines/{engine}.json"))
            .Replace("/engine/storage/root", container.Bundle.Rootfs, StringComparison.Ordinal)
            .Replace("/engine/files", files, StringComparison.Ordinal)
            .Replace("NAME", container.Id, StringComparison.Ordinal);
        container.Bundle.Config = JsonNode.Parse(text.Replace($"HOST{container.Id}", "HOSTNAME", StringComparison.Ordinal))!;
        foreach (JsonNode? limit in container.Bundle.Process["rlimits"]?.AsArray() ?? []) Lower(limit!);
        container.Bundle.Shell(script);
        return container;
    }

    // Engines set higher limits than a caller without CAP_SYS_RESOURCE can give.
    private static void Lower(JsonNode limit)
    {
        string words = (string)limit["type"]! == "RLIMIT_NOFILE" ? "Max open files" : "Max processes";
        string own = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith(words, StringComparison.Ordinal))[words.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        if (own == "unlimited" || ulong.Parse(own, CultureInfo.InvariantCulture) >= (ulong)limit["hard"]!) return;
        (limit["hard"], limit["soft"]) = (ulong.Parse(own, CultureInfo.InvariantCulture), ulong.Parse(own, CultureInfo.InvariantCulture));
    }

    private static string[] Lines(Container container) => container.Run().Ok().Stdout.TrimEnd('\n').Split('\n');

    // mountinfo: id, parent, device, root, mount point, options.
    private static void AssertMount(string[] lines, string point, string options) =>
        Assert.StartsWith(options, lines.Select(line => line.Split(' ')).Last(fields => fields.Length > 6 && fields[4] == point)[5], StringComparison.Ordinal);
}
