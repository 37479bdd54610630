// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>runcs inside a container of runcs, as in a build service or a cluster in containers.</summary>
public sealed class NestedTests
{
    private const string Script = """
        /runcs --root /run/inner run --bundle /inner one; echo code $?
        /runcs --root /run/inner create --bundle /inner two < /dev/null > /dev/null 2>&1 && /runcs --root /run/inner start two
        while /runcs --root /run/inner state two | grep -q running; do sleep 0.01; done
        /runcs --root /run/inner delete two; echo code $?
        ls /run/inner | wc -l; find /sys/fs/cgroup -name one -o -name two | wc -l
        """;

    private const string Output = "process 1 of runc\nown cgroup\ncode 7\ncode 0\n0\n0\n";

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
        Bundle inner = Inner(outer.Path("inner"));
        Bundle bundle = outer.Bundle.Privileged();
        JsonNode cgroups = bundle.Mounts.Single(mount => (string?)mount!["destination"] == "/sys/fs/cgroup")!;
        cgroups["options"] = new JsonArray("nosuid", "noexec", "nodev", "relatime");
        bundle.Linux["resources"] = new JsonObject { ["devices"] = new JsonArray(new JsonObject { ["allow"] = true, ["access"] = "rwm" }) };
        bundle.Mount("/inner", "bind", inner.Directory, "rbind").Mount("/runcs", "bind", RuntimeUnderTest.Executable, "bind", "ro");
        bundle.Mount("/run", "tmpfs", "tmpfs");
        outer.Bundle.Shell(Script);
        if (refused.Length > 0) outer.Runtime.Tracer = Refusal.Of(refused, Refusal.Newer);
        Assert.Equal(Output, outer.Run().Ok().Stdout);
        Leftovers.AssertNone(outer);
    }

    [Fact]
    public void A_privileged_container_of_Docker_runs_containers()
    {
        using Docker docker = new();
        using Container image = new();
        Bundle inner = Inner(image.Path("inner"));
        Result result = docker.Run("run", "--rm", "--privileged", "--network", "none", "--volume", $"{inner.Directory}:/inner",
            "--volume", $"{RuntimeUnderTest.Executable}:/runcs:ro", "busybox", "/bin/sh", "-c", Script);
        Assert.Equal(Output, result.Stdout);
    }

    private static Bundle Inner(string directory)
    {
        Bundle inner = new(Directory.CreateDirectory(directory).FullName);
        inner.Shell("echo process $$ of $(hostname); grep -q /one /proc/self/cgroup && echo own cgroup; exit 7");
        inner.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 20 };
        inner.Write();
        return inner;
    }
}
