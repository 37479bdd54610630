// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>The descriptors that the program starts with: stdio, and those that its caller passes on.</summary>
public class DescriptorTests
{
    public DescriptorTests() => Requires.Root();

    [Fact]
    public void Only_stdio_is_left_of_what_the_caller_had_open()
    {
        using Container container = new();
        // ls itself opens the directory.
        container.Bundle.Args("/bin/ls", "/proc/self/fd");
        Called(container, "exec \"$@\" 3</etc/hostname 4</ 17</proc 200</dev/null");
        Assert.Equal("0\n1\n2\n3\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Preserved_descriptors_keep_their_numbers_and_no_other_stays()
    {
        using Container container = new();
        File.WriteAllText(container.Path("a"), "first ");
        File.WriteAllText(container.Path("b"), "second ");
        container.Bundle.Shell("cat <&3; cat <&4; ls /proc/self/fd | tr '\\n' ' '");
        Called(container, $"exec \"$@\" 3<'{container.Path("a")}' 4<'{container.Path("b")}' 5</");
        Assert.Equal("first second 0 1 2 3 4 5 ", container.Run("--preserve-fds", "2").Ok().Stdout);
    }

    [Fact]
    public void Preserving_what_is_not_open_is_an_error()
    {
        using Container container = new();
        container.Runtime.GlobalOptions = ["--log", container.Path("log")];
        Called(container, "exec \"$@\" 3</etc/hostname");
        Assert.Contains("--preserve-fds: descriptor 4 is not open", container.Create("--preserve-fds", "2").Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Sockets_of_a_service_manager_are_handed_on_if_they_are_meant_for_the_runtime()
    {
        using Container container = new();
        File.WriteAllText(container.Path("a"), "socket ");
        File.WriteAllText(container.Path("b"), "kept ");
        container.Bundle.Env("LISTEN_FDS", "7").Shell("echo $LISTEN_FDS $LISTEN_PID; cat <&3; cat <&4; ls /proc/self/fd | tr '\\n' ' '");
        string open = $"exec 3<'{container.Path("a")}' 4<'{container.Path("b")}' 5</;";
        Called(container, $"{open} LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"");
        Assert.Equal("1 1\nsocket kept 0 1 2 3 4 5 ", container.Run("--preserve-fds", "1").Ok().Stdout);

        container.Bundle.Shell("echo $LISTEN_FDS $LISTEN_PID; ls /proc/self/fd | tr '\\n' ' '");
        Called(container, $"{open} LISTEN_FDS=1 LISTEN_PID=1 exec \"$@\"");
        Assert.Equal("7\n0 1 2 3 ", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Numbers_of_descriptors_whose_sum_overflows_keep_nothing()
    {
        Requires.Runcs();
        using Container container = new();
        Called(container, "LISTEN_FDS=2147483647 LISTEN_PID=$$ exec \"$@\"");
        Assert.Contains(" is not open", container.Run("--preserve-fds", "1").Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_device_of_the_host_becomes_the_containers_own()
    {
        using Container container = new();
        container.Bundle.Shell("stat -Lc '%d:%i %t:%T' /dev/null /proc/self/fd/0 /proc/self/fd/2; echo gone >&2; cat");
        Called(container, "exec \"$@\" </dev/null 2>/dev/null");
        string[] lines = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.EndsWith(" 1:3", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(lines[0], line));
    }

    [Theory]
    [InlineData("rm -f /dev/null; mkfifo /dev/null")]
    [InlineData("rm -f /dev/null; ln -s /etc/passwd /dev/null")]
    [InlineData("rm -f /dev/null; mknod /dev/null c 1 5")]
    public void Nothing_else_is_taken_for_the_null_device(string damage)
    {
        using Container container = new();
        // Without the runtime's devices, since /dev is a bind.
        string dev = Directory.CreateDirectory(container.Path("dev")).FullName;
        Command.Run("/bin/sh", "-c", damage.Replace("/dev/null", $"'{dev}/null'", StringComparison.Ordinal)).Ok();
        foreach (JsonNode? mount in container.Bundle.Mounts.Where(mount => ((string)mount!["destination"]!).StartsWith("/dev", StringComparison.Ordinal)).ToArray())
            container.Bundle.Mounts.Remove(mount);
        // Masking a file would need it.
        ((JsonObject)container.Bundle.Linux).Remove("maskedPaths");
        container.Bundle.Mount("/dev", "bind", dev, "bind").Shell("stat -Lc '%t:%T' /proc/self/fd/0; cat");
        Called(container, "exec \"$@\" </dev/null");
        Assert.Equal("1:3\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Standard_streams_that_the_caller_closed_are_the_null_device()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        Called(container, "exec \"$@\" <&- >&- 2>&-");
        container.Create().Ok();
        container.Runtime.Tracer = [];
        container.Start().Ok();
        string descriptors = $"/proc/{container.Pid}/fd";
        Eventually.True(() => Names(descriptors).SequenceEqual(["0", "1", "2"]), () => string.Join(' ', Names(descriptors)));
        string device = Command.Run("stat", "-c", "%d:%i", $"/proc/{container.Pid}/root/dev/null").Ok().Stdout;
        foreach (string name in Names(descriptors))
            Assert.Equal(device, Command.Run("stat", "-Lc", "%d:%i", $"{descriptors}/{name}").Ok().Stdout);
    }

    private static IEnumerable<string> Names(string directory) =>
        Directory.GetFileSystemEntries(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static void Called(Container container, string script) => container.Runtime.Tracer = ["bash", "-c", script, "bash"];
}
