// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// <c>exec</c> into containers with their own, the host's, or another container's namespaces: the program is in those of
/// the first process.
/// </summary>
[OnAnyRuntime]
public class ExecNamespaceTests
{
    private static readonly string[] _files = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"];

    public ExecNamespaceTests() => Requires.Root();

    [Theory]
    [InlineData("all new")]
    [InlineData("all new, cgroup and time")]
    [InlineData("user")]
    [InlineData("user, cgroup and time")]
    [InlineData("host pid")]
    [InlineData("host pid, user")]
    [InlineData("host network, ipc and uts")]
    [InlineData("host mount")]
    [InlineData("host mount and pid")]
    [InlineData("joined pid")]
    [InlineData("joined pid, network and ipc")]
    [InlineData("joined all with user")]
    [InlineData("joined user, pid new")]
    public void The_program_is_in_the_namespaces_of_the_first(string kinds)
    {
        if (kinds == "host pid, user" || kinds.Contains("time", StringComparison.Ordinal) || kinds.Contains("host mount", StringComparison.Ordinal) || kinds.Contains("joined", StringComparison.Ordinal)) Requires.Runcs();
        using Container pod = kinds.Contains("joined", StringComparison.Ordinal) && kinds.Contains("user", StringComparison.Ordinal) ? UserMaps.NewContainer() : new();
        using Container container = kinds.StartsWith("user", StringComparison.Ordinal) || kinds == "host pid, user" ? UserMaps.NewContainer() : new();
        Shape(container, kinds, pod);
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        container.Runtime.Run("exec", "--detach", "--pid-file", container.Path("pid"), container.Id, "sleep", "100").Ok();
        int init = container.Pid, pid = int.Parse(File.ReadAllText(container.Path("pid")));
        foreach (string file in _files) Assert.Equal((file, Link(init, file)), (file, Link(pid, file)));
        Assert.Equal(Link(init, "pid_for_children"), Link(pid, "pid_for_children"));
        Assert.Equal(new FileInfo($"/proc/{init}/root").LinkTarget, new FileInfo($"/proc/{pid}/root").LinkTarget);
        foreach (string field in (string[])["Uid", "Gid", "CapEff", "CapBnd"])
            Assert.Equal(ExecTests.Field(File.ReadAllLines($"/proc/{init}/status"), field), ExecTests.Field(File.ReadAllLines($"/proc/{pid}/status"), field));
        Assert.Equal("in\n", container.Exec("sh", "-c", "test -e /bin/busybox && ! test -e /etc/os-release && echo in").Ok().Stdout);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_ids_are_those_of_the_user_namespace()
    {
        using Container container = UserMaps.NewContainer();
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        Assert.Equal("1000 5 5 6\n", container.Runtime.Run("exec", "--user", "1000:5", "-g", "6", container.Id, "sh", "-c", "echo $(id -u) $(id -g) $(id -G)").Ok().Stdout);
        container.Runtime.Run("exec", "-d", "--user", "1000:5", "--pid-file", container.Path("pid"), container.Id, "sleep", "100").Ok();
        Assert.Equal($"{UserMaps.Host + 1000}", ExecTests.Field(File.ReadAllLines($"/proc/{File.ReadAllText(container.Path("pid"))}/status"), "Uid").Split('\t')[0]);
    }

    [Fact]
    public void An_id_that_the_user_namespace_lacks_is_refused()
    {
        Requires.Runcs();
        using Container container = UserMaps.NewContainer();
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        Assert.Contains("process.user.uid: 99999999 is not in linux.uidMappings", container.Runtime.Run("exec", "--user", "99999999", container.Id, "true").Exits(255).Stderr, StringComparison.Ordinal);
    }

    // The program's user opens /dev/stdout again, which requires permission on the pipe.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_streams_are_the_users(bool users)
    {
        using Container container = users ? UserMaps.NewContainer() : new();
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        Result result = container.Runtime.Run(new Options { Pipes = true }, "exec", "--user", "1000:1000", container.Id, "sh", "-c", "echo one >/dev/stdout; echo two >/proc/self/fd/2");
        Assert.Equal(("one\n", "two\n"), (result.Ok().Stdout, result.Stderr));
    }

    [Fact]
    public void A_caller_in_other_namespaces_than_the_creator_reaches_the_container()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Namespace("network").Namespace("ipc").Args("/bin/sleep", "1000");
        container.Up();
        container.Runtime.Prefix = ["unshare", "--net", "--ipc"];
        Result result = container.Exec("sh", "-c", "readlink /proc/self/ns/net; readlink /proc/self/ns/ipc");
        container.Runtime.Prefix = [];
        result.Ok();
        Assert.Equal($"{Link(container.Pid, "net")}\n{Link(container.Pid, "ipc")}\n", result.Stdout);
    }

    private static void Shape(Container container, string kinds, Container pod)
    {
        if (kinds.Contains("joined", StringComparison.Ordinal))
        {
            pod.Bundle.Args("/bin/sleep", "1000");
            pod.Up();
        }
        void Join(string kind, string file) => container.Bundle.Namespace(kind, $"/proc/{pod.Pid}/ns/{file}");
        if (kinds.Contains("joined pid", StringComparison.Ordinal) || kinds.StartsWith("joined all", StringComparison.Ordinal)) Join("pid", "pid");
        if (kinds.Contains("joined", StringComparison.Ordinal) && kinds.Contains("user", StringComparison.Ordinal)) Join("user", "user");
        if (kinds.Contains("network and ipc", StringComparison.Ordinal) || kinds.StartsWith("joined all", StringComparison.Ordinal))
        {
            Join("network", "net");
            Join("ipc", "ipc");
        }
        if (kinds.StartsWith("host", StringComparison.Ordinal))
        {
            foreach (string kind in (string[])["pid", "network", "ipc", "uts", "mount"])
                if (kinds.Contains(kind, StringComparison.Ordinal)) container.Bundle.Namespace(kind);
            if (kinds.Contains("uts", StringComparison.Ordinal)) ((JsonObject)container.Bundle.Config).Remove("hostname");
        }
        if (!kinds.Contains("cgroup and time", StringComparison.Ordinal)) return;
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "cgroup" });
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "time" });
        container.Bundle.Linux["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 1000000 } };
    }

    private static string Link(int process, string file) => new FileInfo($"/proc/{process}/ns/{file}").LinkTarget!;
}
