// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary><c>exec --cgroup</c>, and the cgroup of a process if the container's accepts none.</summary>
[OnAnyRuntime]
public class ExecCgroupTests
{
    public ExecCgroupTests() => Requires.Root();

    [Fact]
    public void Exec_joins_the_named_sub_cgroups()
    {
        Requires.CgroupV1();
        using Container container = Up();
        string memory = Directory.CreateDirectory(Of(container, "memory") + "/sub").FullName, cpu = Directory.CreateDirectory(Of(container, "cpu") + "/sub").FullName;
        Assert.NotEqual(memory, cpu);
        string own = Cgroups(container, []);
        Assert.Equal(File.ReadAllText($"/proc/{container.Pid}/cgroup"), own);
        Assert.Equal(own, Cgroups(container, ["--cgroup", "/"]));
        string[] moved = Cgroups(container, ["--cgroup", "memory:sub", "--cgroup", "cpu,cpu:/./sub/x/.."]).Split('\n');
        string[] before = own.Split('\n');
        for (int i = 0; i < moved.Length; i++)
        {
            bool isNamed = before[i].Contains(":memory:", StringComparison.Ordinal) || before[i].Contains(":cpu:", StringComparison.Ordinal) || before[i].Contains(":cpu,", StringComparison.Ordinal);
            Assert.Equal(before[i] + (isNamed ? "/sub" : ""), moved[i]);
        }
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_process_that_is_left_in_a_sub_cgroup_does_not_outlive_the_container()
    {
        Requires.CgroupV1();
        using Container container = Up("pid");
        foreach (string controller in (string[])["freezer", "memory"]) Directory.CreateDirectory(Of(container, controller) + "/sub");
        container.Runtime.Run("exec", "--detach", "--cgroup", "freezer,memory:sub", container.Id, "sleep", "100").Ok();
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void On_v2_the_process_is_in_the_containers_cgroup_or_below()
    {
        Requires.CgroupV2Controllers("memory");
        using Container container = Up();
        string own = Leftovers.Cgroups(container.Id).First();
        Directory.CreateDirectory(own + "/sub");
        string path = Cgroups(container, []);
        Assert.Equal(File.ReadAllText($"/proc/{container.Pid}/cgroup"), path);
        Assert.Equal(path, Cgroups(container, ["--cgroup", "/"]));
        Assert.Equal(path.TrimEnd('\n') + "/sub\n", Cgroups(container, ["--cgroup", "sub"]));
        container.Runtime.Run("exec", "--cgroup", "missing", container.Id, "true").Exits(255);
        container.Runtime.Run("exec", "--cgroup", "../x", container.Id, "true").Exits(255);

        // The first process moves to a child cgroup and enables a controller there: then the parent accepts no process.
        File.WriteAllText(own + "/sub/cgroup.procs", container.Pid.ToString());
        Assert.Equal(path, Cgroups(container, []));
        File.WriteAllText(own + "/cgroup.subtree_control", "+memory");
        Assert.Equal(path.TrimEnd('\n') + "/sub\n", Cgroups(container, []));
        Assert.Contains("device or resource busy", container.Runtime.Run("exec", "--cgroup", "/", container.Id, "true").Exits(255).Stderr, StringComparison.Ordinal);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Where_the_containers_cgroup_was_removed_the_process_joins_that_of_init()
    {
        Requires.CgroupV1();
        using Container container = Up(without: "cgroup");
        foreach (string own in Leftovers.Cgroups(container.Id).ToArray())
        {
            // The cpuset's root has other CPUs; one hierarchy is left as it is.
            if (own.StartsWith("/sys/fs/cgroup/memory", StringComparison.Ordinal)) continue;
            File.WriteAllText(Path.GetDirectoryName(own) + "/cgroup.procs", container.Pid.ToString());
            Directory.Delete(own);
        }
        Assert.Equal(File.ReadAllText($"/proc/{container.Pid}/cgroup"), Cgroups(container, []));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    private static string Cgroups(Container container, string[] flags) => container.Runtime.Run(["exec", .. flags, container.Id, "cat", "/proc/self/cgroup"]).Ok().Stdout;

    private static string Of(Container container, string controller) => Leftovers.Cgroups(container.Id).First(path => path.StartsWith($"/sys/fs/cgroup/{controller}/", StringComparison.Ordinal));

    private static Container Up(string? without = null)
    {
        Container container = new();
        if (without != null) container.Bundle.Namespace(without);
        container.Bundle.Args("/bin/sleep", "1000");
        return container.Up();
    }
}
