// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration.Rootless;

/// <summary>Mounts that the kernel refuses in a user namespace that does not own what they show.</summary>
public class RefusedMountTests
{
    public RefusedMountTests() => Requires.Runcs();

    // The caller's network, ipc and pid namespace belong to the host.
    [Theory]
    [InlineData("/sys", "sysfs", "network", "ls /sys/class/net", "lo")]
    [InlineData("/dev/mqueue", "mqueue", "ipc", "stat -f -c %T /dev/mqueue", "")]
    [InlineData("/proc", "proc", "pid", "cat /proc/1/comm", "")]
    public void Are_the_callers_own(string destination, string type, string shared, string script, string expected)
    {
        using Container container = new();
        OrdinaryUser.Default.Adopt(container);
        Mount(container, destination, type, shared);
        container.Bundle.Shell($"{script}; grep ' {destination} ' /proc/self/mountinfo; touch {destination}/x && echo WRITTEN");
        Result result = container.Run();
        if (shared == "ipc" && !Directory.Exists("/dev/mqueue"))
        {
            Assert.Contains("mqueue", result.Fails().Stderr, StringComparison.Ordinal);
            return;
        }
        Assert.Contains(expected, result.Stdout, StringComparison.Ordinal);
        Assert.Matches($" {destination} ro,nosuid,nodev,noexec", result.Stdout);
        Assert.DoesNotContain("WRITTEN", result.Stdout, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // open_tree(2) of the mount that fsmount(2) could not make, then mount_setattr(2) of the copy.
    [Theory]
    [InlineData("open_tree", "EMFILE")]
    [InlineData("mount_setattr", "EINVAL")]
    public void Are_an_error_of_the_call_that_copies_the_callers_own(string call, string error)
    {
        using Container container = new();
        OrdinaryUser.Default.Adopt(container);
        Mount(container, "/sys", "sysfs", "network");
        container.Bundle.Shell("true");
        string trace = container.Path("trace");
        File.WriteAllText(trace, "");
        File.SetUnixFileMode(trace, (UnixFileMode)0b110_110_110);
        container.Runtime.Tracer = [.. Faults.Trace(trace), "-e", $"trace=open_tree,{call}"];
        container.Run().Ok();
        string copy = File.ReadLines(trace).First(line => line.Contains("open_tree(AT_FDCWD, \"/sys\"", StringComparison.Ordinal)), process = copy.Split(' ')[0] + " ";
        string[] own = [.. File.ReadLines(trace).Where(line => line.StartsWith(process, StringComparison.Ordinal))];
        int nth = own.Take(Array.IndexOf(own, copy)).Count(line => line.Contains($" {call}(", StringComparison.Ordinal)) + 1;
        container.Runtime.Tracer = Faults.Fail(call, error, nth);
        Assert.Matches($"^mounts\\[[0-9]\\]: {call}\\(2\\) on \"/sys\": .* \\({error}\\)$", ErrorMessage.Of(container.Run()));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_devpts_has_no_group_where_the_group_is_not_mapped()
    {
        using Container container = new();
        OrdinaryUser.Default.Adopt(container);
        JsonNode devpts = container.Bundle.Mounts.Single(mount => (string?)mount!["type"] == "devpts")!;
        devpts["options"] = new JsonArray("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
        container.Bundle.Shell("grep ' /dev/pts ' /proc/self/mountinfo");
        string line = container.Run().Ok().Stdout;
        Assert.Contains("mode=620,ptmxmode=666", line, StringComparison.Ordinal);
        Assert.DoesNotContain("gid=", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_devpts_has_its_group_where_it_is_mapped()
    {
        using Container container = new();
        OrdinaryUser user = OrdinaryUser.WithRanges(container.Path("."));
        user.Adopt(container);
        user.MapRange(container);
        JsonNode devpts = container.Bundle.Mounts.Single(mount => (string?)mount!["type"] == "devpts")!;
        devpts["options"] = new JsonArray("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
        container.Bundle.Shell("grep ' /dev/pts ' /proc/self/mountinfo");
        Assert.Contains($"gid={user.FirstSubId + 4},mode=620", container.Run().Ok().Stdout, StringComparison.Ordinal);
    }

    // Of the host's root the option stays an error: the kernel's EINVAL then has another reason.
    [Fact]
    public void For_root_a_group_that_is_no_id_is_an_error()
    {
        Requires.Root();
        using Container container = new();
        JsonNode devpts = container.Bundle.Mounts.Single(mount => (string?)mount!["type"] == "devpts")!;
        devpts["options"] = new JsonArray("newinstance", "gid=4294967295");
        Assert.Contains("EINVAL", ErrorMessage.Of(container.Create()), StringComparison.Ordinal);
    }

    // In place of the config's own mount.
    private static void Mount(Container container, string destination, string type, string shared)
    {
        container.Bundle.Namespace(shared);
        JsonArray mounts = container.Bundle.Mounts;
        foreach (JsonNode? old in mounts.Where(mount => (string?)mount!["destination"] == destination).ToArray()) mounts.Remove(old);
        container.Bundle.Mount(destination, type, type, "nosuid", "noexec", "nodev", "ro");
        // A later one is still mounted there.
        mounts.Add(mounts.Single(mount => (string?)mount!["destination"] == "/sys/fs/cgroup")!.DeepClone());
        mounts.Remove(mounts.First(mount => (string?)mount!["destination"] == "/sys/fs/cgroup"));
    }
}
