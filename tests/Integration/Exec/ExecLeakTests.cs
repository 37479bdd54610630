// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Runcs.Integration;

/// <summary>
/// The processes that <c>exec</c> brings into a container give no access to the host: CVE-2016-9962, CVE-2019-5736,
/// CVE-2024-21626.
/// </summary>
public class ExecLeakTests
{
    private const string Stage = "/memfd:runcs-stage (deleted)";

    public ExecLeakTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    public void A_working_directory_cannot_be_a_descriptor()
    {
        using Container container = Up();
        Directory.CreateDirectory(container.Bundle.Rootfs);
        foreach (int number in Enumerable.Range(3, 18))
        {
            container.Runtime.Prefix = Callers.WithDirectories;
            Result result = container.Runtime.Run("exec", "--cwd", $"/proc/self/fd/{number}", container.Id, "/bin/busybox", "ls");
            container.Runtime.Prefix = [];
            Assert.Contains("process.cwd", result.Exits(255).Stderr, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/proc/self/fd/5")]
    [InlineData("/proc/self/fd/5/../..")]
    [InlineData("/proc/self/cwd/../../..")]
    [InlineData("/proc/1/root/proc/self/fd/5")]
    public void A_working_directory_cannot_be_a_link_to_a_descriptor(string target)
    {
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), target);
        container.Bundle.Privileged().Args("/bin/sleep", "1000");
        container.Up();
        container.Runtime.Prefix = Callers.WithDirectories;
        Result result = container.Runtime.Run("exec", "--cwd", "/link", container.Id, "/bin/sh", "-c", "ls /; pwd; ls ..");
        container.Runtime.Prefix = [];
        Assert.DoesNotContain(Path.GetFileName(Repository.Root), result.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("user")]
    [InlineData("host pid")]
    [InlineData("host mount")]
    [InlineData("filter")]
    [InlineData("filter early")]
    public void The_program_has_the_standard_streams_only(string kind)
    {
        using Container container = kind == "user" ? UserMaps.NewContainer() : new();
        if (kind.StartsWith("host", StringComparison.Ordinal)) container.Bundle.Namespace(kind[5..]);
        if (kind.StartsWith("filter", StringComparison.Ordinal))
        {
            container.Bundle.Linux["seccomp"] = SeccompTests.Profile("SCMP_ACT_ALLOW", SeccompTests.Rule("SCMP_ACT_ERRNO", ["mkdir"]));
            container.Bundle.Process["noNewPrivileges"] = kind == "filter";
        }
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        container.Runtime.Prefix = Callers.WithManyDescriptors;
        // The last one is the directory that ls itself reads.
        string output = container.Exec("ls", "/proc/self/fd").Ok().Stdout, long_ = container.Exec("sh", "-c", "ls -l /proc/$$/fd /proc/$$/cwd | cat").Ok().Stdout;
        container.Runtime.Prefix = [];
        Assert.Equal("0\n1\n2\n3\n", output);
        Assert.DoesNotContain(long_.Split('\n'), line => line.Contains("-> /etc", StringComparison.Ordinal) || line.Contains("cgroup", StringComparison.Ordinal) || line.Contains("pidfd", StringComparison.Ordinal));
    }

    // The processes of exec, as seen through the container's own /proc.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_image_of_the_runtime_is_ever_seen_inside(bool users)
    {
        using Container container = users ? UserMaps.NewContainer() : new();
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        using ProcessWatcher watcher = new(container.Pid);
        // On a busy machine the watcher may miss the stage, which is there for a tenth of a millisecond, many times.
        for (int i = 0; i < 40 || (i < 1000 && !watcher.HasSeen(Stage)); i++)
        {
            watcher.Next = i + 2;
            container.Exec("/bin/true").Ok();
        }
        IReadOnlyCollection<string> seen = watcher.Stop();
        Assert.Contains(Stage, seen);
        Assert.All(seen.Where(seen => seen != Stage && seen != "runcs-init"), seen =>
        {
            Assert.DoesNotContain("runc", seen, StringComparison.Ordinal);
            Assert.DoesNotContain("memfd", seen, StringComparison.Ordinal);
        });
        // CAP_KILL, CAP_NET_BIND_SERVICE and CAP_AUDIT_WRITE, as in the config, and never more.
        Assert.Equal(["CapPrm:\t0000000020000420"], watcher.Privileges);
    }

    // A container with all privileges reads the images and descriptors of all new processes, and overwrites what it can.
    [Fact]
    public void A_container_that_attacks_what_appears_finds_the_stage_only()
    {
        byte[] before = SHA256.HashData(File.ReadAllBytes(RuntimeUnderTest.Executable));
        using Container container = new();
        container.Bundle.Privileged().Shell("""
            while :; do
                for process in /proc/[0-9]*; do
                    ls -l $process/exe $process/fd $process/cwd $process/root
                    echo evil >$process/exe
                    cat $process/maps
                done
            done >>/seen 2>/dev/null
            """);
        container.Up();
        container.Runtime.Prefix = Callers.WithManyDescriptors;
        for (int i = 0; i < 40; i++) container.Exec("/bin/true").Ok();
        container.Runtime.Prefix = [];
        container.Kill("KILL").Ok();
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(RuntimeUnderTest.Executable)));
        string[] strange = [.. File.ReadLines(Path.Combine(container.Bundle.Rootfs, "seen")).Where(line =>
            (line.Contains("runcs", StringComparison.Ordinal) && !line.Contains("memfd:runcs-stage", StringComparison.Ordinal) && !line.Contains("runcs-test-", StringComparison.Ordinal))
            || line.Contains("-> /etc", StringComparison.Ordinal) || line.Contains("-> /sys", StringComparison.Ordinal) || line.Contains("pidfd", StringComparison.Ordinal))];
        Assert.Empty(strange);
    }

    [Theory]
    [InlineData("/proc/self/exe")]
    [InlineData("/proc/1/exe")]
    [InlineData("/link")]
    [InlineData("/script")]
    public void The_program_itself_as_the_program_is_not_the_runtime(string program)
    {
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/proc/self/exe");
        container.Bundle.Put("script", "#!/proc/self/exe\n", executable: true);
        container.Bundle.Privileged().Args("/bin/sleep", "1000");
        container.Up();
        Result result = container.Exec(program, "--version");
        Assert.DoesNotContain("version", result.Stdout + result.Stderr, StringComparison.Ordinal);
    }

    // The files that are read for the new process from outside belong to the container: links must lead nowhere, and
    // reads must not block.
    [Theory]
    [InlineData("ln -s /proc/1/root/etc/passwd /etc/passwd")]
    [InlineData("ln -s ../../../../../../etc/hostname /etc/passwd")]
    [InlineData("mkfifo /etc/passwd")]
    [InlineData("ln -s /dev/zero /etc/passwd")]
    public void Hostile_files_do_no_harm(string prepare)
    {
        using Container container = new();
        container.Bundle.Privileged().Shell($"rm -f /etc/passwd; {prepare}; echo ready >/ready; exec sleep 1000");
        container.Up();
        Eventually.True(() => File.Exists(Path.Combine(container.Bundle.Rootfs, "ready")), "the container has prepared itself");
        Assert.Equal("/\n", container.Exec("sh", "-c", "echo $HOME").Ok().Stdout);
    }

    private static Container Up()
    {
        Container container = new();
        container.Bundle.Privileged().Args("/bin/sleep", "1000");
        return container.Up();
    }
}
