// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>runcs inside a container that runcs made, as a build service or a cluster in containers would have it.</summary>
public sealed class NestedTests
{
    public NestedTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Theory]
    [InlineData("")]
    [InlineData("ENOSYS")]
    [InlineData("EPERM")]
    public void A_privileged_container_runs_containers(string refused)
    {
        using Container outer = new();
        Bundle inner = Inner(outer);
        inner.Shell("echo process $$ of $(hostname); grep -q /one /proc/self/cgroup && echo own cgroup; exit 7");
        inner.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 20 };
        inner.Write();
        outer.Bundle.Shell("""
            /runcs --root /run/inner run --bundle /inner one; echo code $?
            /runcs --root /run/inner create --bundle /inner two < /dev/null > /dev/null 2>&1 && /runcs --root /run/inner start two
            while /runcs --root /run/inner state two | grep -q running; do sleep 0.01; done
            /runcs --root /run/inner delete two; echo code $?
            ls /run/inner | wc -l; find /sys/fs/cgroup -name one -o -name two | wc -l
            """);
        if (refused.Length > 0) outer.Runtime.Tracer = Refusal.Of(refused, Refusal.Newer);
        Assert.Equal("process 1 of runc\nown cgroup\ncode 7\ncode 0\n0\n0\n", outer.Run().Ok().Stdout);
        Leftovers.AssertNone(outer);
    }

    private static Bundle Inner(Container outer)
    {
        string directory = Directory.CreateDirectory(outer.Path("inner")).FullName;
        Bundle inner = new(directory);
        Bundle bundle = outer.Bundle.Privileged();
        JsonNode cgroups = bundle.Mounts.Single(mount => (string?)mount!["destination"] == "/sys/fs/cgroup")!;
        cgroups["options"] = new JsonArray("nosuid", "noexec", "nodev", "relatime");
        bundle.Linux["resources"] = new JsonObject { ["devices"] = new JsonArray(new JsonObject { ["allow"] = true, ["access"] = "rwm" }) };
        bundle.Mount("/inner", "bind", directory, "rbind").Mount("/runcs", "bind", RuntimeUnderTest.Executable, "bind", "ro");
        bundle.Mount("/run", "tmpfs", "tmpfs");
        return inner;
    }
}
