// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>CVE-2024-21626: an open directory of the host in any process of the sequence is a way out of the container.</summary>
public class LeakedDescriptorTests
{
    public LeakedDescriptorTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    public static TheoryData<int> Numbers => [.. Enumerable.Range(3, 18)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_working_directory_cannot_be_a_descriptor(int number)
    {
        using Container container = new();
        container.Runtime.Prefix = Callers.WithDirectories;
        container.Bundle.Privileged().Args("/bin/busybox", "ls").Process["cwd"] = $"/proc/self/fd/{number}";
        Assert.Contains("process.cwd", container.Run().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // The image may name such a directory by a link, too.
    [Theory]
    [InlineData("/proc/self/fd/5")]
    [InlineData("/proc/self/fd/5/../..")]
    [InlineData("/proc/1/root/proc/self/fd/5")]
    public void A_working_directory_cannot_be_a_link_to_a_descriptor(string target)
    {
        using Container container = new();
        container.Runtime.Prefix = Callers.WithDirectories;
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), target);
        container.Bundle.Privileged().Shell("ls /; pwd").Process["cwd"] = "/link";
        Assert.DoesNotContain(Path.GetFileName(Repository.Root), container.Run().Stdout, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_program_has_the_standard_streams_only(bool careless)
    {
        using Container container = new();
        if (careless)
            container.Runtime.Prefix = Callers.WithManyDescriptors;
        container.Bundle.Shell("ls /proc/self/fd/ | cat; ls -l /proc/$$/fd | cat");
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        // The fourth is the directory that ls itself reads.
        Assert.Equal(["0", "1", "2", "3"], lines[..4]);
        Assert.DoesNotContain(lines[4..], line => line.EndsWith(" /", StringComparison.Ordinal) || line.Contains("/etc", StringComparison.Ordinal) || line.Contains("cgroup", StringComparison.Ordinal));
    }

    // For each of these, files of the host are opened on the way.
    [Theory]
    [InlineData("user")]
    [InlineData("joined user")]
    [InlineData("joined user and pid")]
    [InlineData("joined pid")]
    [InlineData("joined all")]
    [InlineData("mapped ids")]
    [InlineData("mapped ids, user")]
    [InlineData("listener")]
    [InlineData("listener, joined pid")]
    [InlineData("listener early, joined pid")]
    [InlineData("host's mounts")]
    [InlineData("closed source, user")]
    public void No_feature_leaks_another_descriptor(string features)
    {
        using Container first = UserMaps.NewContainer(), container = features.EndsWith(" user", StringComparison.Ordinal) || features == "user" ? UserMaps.NewContainer() : new();
        first.Bundle.Args("/bin/sleep", "100");
        if (features.Contains("joined", StringComparison.Ordinal)) first.Up();
        void Join(string kind, string file) => container.Bundle.Namespace(kind, $"/proc/{first.Pid}/ns/{file}");
        if (features is "joined user" or "joined user and pid" or "joined all") Join("user", "user");
        if (features.Contains("pid", StringComparison.Ordinal) || features == "joined all") Join("pid", "pid");
        if (features == "joined all")
            foreach ((string kind, string file) in ((string, string)[])[("network", "net"), ("ipc", "ipc"), ("uts", "uts")]) Join(kind, file);
        string source = Directory.CreateDirectory(container.Path("closed") + "/source").FullName;
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "data"));
        if (features.StartsWith("mapped ids", StringComparison.Ordinal))
        {
            Requires.Kernel(5, 12);
            container.Bundle.Mount("/data", "bind", source, "bind", "idmap");
            foreach (string kind in (string[])["uidMappings", "gidMappings"])
                container.Bundle.Mounts[^1]![kind] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 2000, ["size"] = 10 });
        }
        if (features.StartsWith("closed", StringComparison.Ordinal))
        {
            Command.Run("chmod", "0700", container.Path("closed")).Ok();
            container.Bundle.Mount("/data", "bind", source, "bind");
        }
        using SeccompAgent? agent = features.StartsWith("listener", StringComparison.Ordinal) ? SeccompAgent.Listen(container.Path("agent"), _ => null) : null;
        if (agent != null)
        {
            container.Bundle.Linux["seccomp"] = SeccompTests.Profile("SCMP_ACT_ALLOW", SeccompTests.Rule("SCMP_ACT_NOTIFY", ["mkdir"]));
            container.Bundle.Linux["seccomp"]!["listenerPath"] = container.Path("agent");
            container.Bundle.Process["noNewPrivileges"] = !features.Contains("early", StringComparison.Ordinal);
        }
        if (features == "host's mounts") container.Bundle.Namespace("mount");
        container.Runtime.Tracer = Callers.WithManyDescriptors;
        // The last one is the directory that ls itself reads.
        container.Bundle.Args("/bin/ls", "/proc/self/fd");
        Assert.Equal("0\n1\n2\n3\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Each_of_the_hooks_has_the_standard_streams_only()
    {
        using Container container = new();
        container.Runtime.Prefix = Callers.WithManyDescriptors;
        string inside = "ls -l /proc/self/fd >/seen", outside = $"ls -l /proc/self/fd >{container.Path("seen")}";
        container.Bundle.Privileged().Args("/bin/true").Config["hooks"] = new System.Text.Json.Nodes.JsonObject
        {
            ["createRuntime"] = FaultTests.Hook(outside),
            ["startContainer"] = FaultTests.Hook(inside),
        };
        container.Run().Ok();
        foreach (string seen in (string[])[container.Path("seen"), Path.Combine(container.Bundle.Rootfs, "seen")])
        {
            // One line for ls's own directory, and its heading.
            string[] lines = [.. File.ReadAllLines(seen).Where(line => line.Contains("->", StringComparison.Ordinal) && !line.Contains("/proc/", StringComparison.Ordinal))];
            Assert.InRange(lines.Length, 3, 3);
        }
    }
}
