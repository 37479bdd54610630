// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>CVE-2019-5736: the runtime's binary is not accessible from inside a container under any name.</summary>
public class ExeTests
{
    private const string Stage = "memfd:runcs-stage";

    public ExeTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Theory]
    [InlineData("/proc/self/exe", false)]
    [InlineData("/proc/self/exe", true)]
    [InlineData("/proc/1/exe", true)]
    [InlineData("/link", true)]
    [InlineData("/script", true)]
    public void The_program_itself_as_the_program_is_not_the_runtime(string program, bool privileged)
    {
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/proc/self/exe");
        container.Bundle.Put("script", "#!/proc/self/exe\n", executable: true);
        container.Bundle.Args(program, "--version");
        if (privileged)
            container.Bundle.Privileged();
        Result result = container.Run().Fails();
        Assert.DoesNotContain("version", result.Stdout + result.Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // An entry point that repeatedly overwrites every image it finds while the runtime comes and goes.
    [Fact]
    public void A_program_that_overwrites_images_reaches_its_own_only()
    {
        byte[] before = SHA256.HashData(File.ReadAllBytes(RuntimeUnderTest.Executable));
        using Container container = new();
        container.Bundle.Privileged().Shell("""
            for i in $(seq 300); do
                for image in /proc/self/exe /proc/1/exe /proc/[0-9]*/exe; do
                    ls -l $image >>/seen; echo evil >$image
                done
            done 2>/dev/null; echo done >>/seen
            """);
        container.Run().Ok();
        AssertSeen(container, "done");
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(RuntimeUnderTest.Executable)));
    }

    [Fact]
    public void A_watcher_in_a_shared_pid_namespace_sees_the_stage_only()
    {
        Requires.Kernel(6, 17);
        using Container watcher = new();
        watcher.Bundle.Privileged().Shell("while :; do ls -l /proc/[0-9]*/exe /proc/[0-9]*/fd; cat /proc/[0-9]*/maps; done >>/seen 2>/dev/null");
        watcher.Up();
        for (int i = 0; i < 5; i++)
        {
            using Container container = new();
            container.Bundle.Namespace("pid", $"/proc/{watcher.Pid}/ns/pid").Args("/bin/sleep", "100");
            container.Bundle.Config["hooks"] = new JsonObject { ["startContainer"] = FaultTests.Hook("sleep 0.05") };
            container.Create().Ok();
            Thread.Sleep(50);
            container.Start().Ok();
            container.Delete("--force").Ok();
            Leftovers.AssertNone(container);
        }
        watcher.Kill("KILL").Ok();
        AssertSeen(watcher, Stage);
    }

    [Fact]
    public void A_hook_inside_sees_the_stage_only()
    {
        using Container container = new();
        container.Bundle.Privileged().Args("/bin/true");
        container.Bundle.Config["hooks"] = new JsonObject { ["startContainer"] = FaultTests.Hook("ls -l /proc/[0-9]*/exe /proc/[0-9]*/fd >/seen; cat /proc/[0-9]*/maps >>/seen") };
        container.Run().Ok();
        AssertSeen(container, Stage);
    }

    // The expected images were seen, and the runtime's was not.
    private static void AssertSeen(Container container, string expected)
    {
        string seen = File.ReadAllText(Path.Combine(container.Bundle.Rootfs, "seen"));
        Assert.Contains(expected, seen, StringComparison.Ordinal);
        string[] strange = [.. seen.Split('\n').Where(line => line.Contains("runcs", StringComparison.Ordinal) && !line.Contains(Stage, StringComparison.Ordinal)
            && !line.Contains("runcs-test-", StringComparison.Ordinal) && !line.Contains("memfd:runcs-state", StringComparison.Ordinal))];
        Assert.Empty(strange);
    }
}
