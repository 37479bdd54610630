// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>Docker with "userns-remap": the containers have user namespaces.</summary>
[OnAnyRuntime]
public sealed class DockerUserNamespaceTests
{
    private const int First = 300000;

    [Fact]
    public void Root_in_a_container_is_somebody_else_outside()
    {
        Requires.Root();
        using Docker docker = new(firstSubordinate: First);
        using DockerContainer container = docker.Up(["--volume", "named:/data"], "sh", "-c", "cat /proc/self/uid_map; touch /data/file; sleep 1000");
        container.WaitForLogs("65536");
        Assert.Equal([0, First, 65536], container.Logs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
        Assert.Equal("0 0\n", container.Exec("stat", "-c", "%u %g", "/data/file").Ok().Stdout);
        Assert.Equal($"Uid:\t{First}\t{First}\t{First}\t{First}", File.ReadLines($"/proc/{container.Inspect(".State.Pid")}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)));
        Assert.Equal("5 0\nwritten\n", container.Exec(["--user", "5"], "sh", "-c", "echo $(id -u) $(id -g); echo written > /dev/stdout").Ok().Stdout);
        Assert.Equal("0\r\n", container.Exec(["--tty"], "sh", "-c", "stat -c %u $(tty)").Ok().Stdout);
        Assert.Equal("0\r\n", docker.Once(["--tty"], "sh", "-c", "stat -c %u /dev/console").Ok().Stdout);
        Assert.Equal("0 0 4294967295\n", docker.Once(["--userns", "host"], "sh", "-c", "xargs < /proc/self/uid_map").Ok().Stdout);
        container.Do("pause");
        container.Do("unpause");
        container.Do("stop", "--time", "0");
        Assert.Equal("137", container.Inspect(".State.ExitCode"));
    }
}
