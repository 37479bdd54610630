// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>The floor of the benchmark (bench/Floor) leaves out none of the kernel's work: its container is the one that runcs makes.</summary>
public class FloorTests
{
    // What a program can see of its container. The floor does not use the v2 hierarchy beside v1.
    private const string Program = """
        #!/bin/sh
        sed -E 's/^[0-9]+ [0-9]+ [0-9:]+ //; s/(master|shared):[0-9]+ //' /proc/self/mountinfo
        cat /proc/self/cgroup
        grep -E '^(Umask|Uid|Gid|Groups|NSpid|NSsid|Cap.*|NoNewPrivs|Seccomp):' /proc/self/status
        for file in /dev/* /dev/pts/*; do stat -c '%n %A %u %g %t %T' $file; readlink $file; done
        hostname
        ulimit -n
        ip -o link show lo
        cat /sys/fs/cgroup/devices/devices.list /sys/fs/cgroup/cpuset/cpuset.cpus /sys/fs/cgroup/cpuset/cpuset.mems
        exit 3
        """;

    [Fact]
    public void The_floor_of_the_benchmark_makes_the_same_container()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.Program("clang");
        Requires.Program("ld.lld");
        Requires.CgroupV1();
        using Container container = new();
        string program = Path.Combine(container.Bundle.Rootfs, "bin/true"), floor = container.Path("floor");
        Command.Run(Path.Combine(Repository.Root, "bench/Floor/compile.sh"), floor).Ok();
        File.Delete(program);
        File.WriteAllText(program, Program);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        container.Bundle.Args("/bin/true");

        Result ours = container.Run().Exits(3), itself = Command.Run(floor, "run", container.Bundle.Rootfs).Exits(3);

        Assert.Contains("CapBnd", ours.Stdout, StringComparison.Ordinal);
        Assert.Equal(Seen(ours), Seen(itself));
        string cgroup = Regex.Match(itself.Stdout, @"floor-\d+").Value;
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup"), hierarchy => Directory.Exists(Path.Combine(hierarchy, cgroup)));
    }

    private static string Seen(Result result) =>
        string.Join('\n', Regex.Replace(result.Stdout, @"\b(floor-\d+|t\d+-\d+)\b(?!/bundle)", "ID")
            .Split('\n').Where(line => !line.StartsWith("0::", StringComparison.Ordinal) && !line.Contains("/unified ", StringComparison.Ordinal)));
}
