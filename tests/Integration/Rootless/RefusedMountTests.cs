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
        container.Bundle.Namespace(shared);
        JsonArray mounts = container.Bundle.Mounts;
        foreach (JsonNode? old in mounts.Where(mount => (string?)mount!["destination"] == destination).ToArray()) mounts.Remove(old);
        container.Bundle.Mount(destination, type, type, "nosuid", "noexec", "nodev", "ro");
        // A later one is still mounted there.
        mounts.Add(mounts.Single(mount => (string?)mount!["destination"] == "/sys/fs/cgroup")!.DeepClone());
        mounts.Remove(mounts.First(mount => (string?)mount!["destination"] == "/sys/fs/cgroup"));
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
}
