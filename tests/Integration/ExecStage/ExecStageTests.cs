// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>The process between create and start, as observed from outside and inside.</summary>
public class ExecStageTests
{
    private const long MostKiB = 100;
    private const int O_CLOEXEC = 0x80000; // 02000000 in fdinfo's octal
    private const uint User = 1000;

    public ExecStageTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    public void The_stage_is_a_memfd_that_cannot_be_written()
    {
        const int F_ADD_SEALS = 1033, F_GET_SEALS = 1034, AllSeals = 0xf, F_SEAL_SEAL = 1;
        using Container container = Created();
        string exe = $"/proc/{container.Pid}/exe";
        Assert.Equal("/memfd:runcs-stage (deleted)", new FileInfo(exe).LinkTarget);
        using FileStream image = new(exe, FileMode.Open, FileAccess.Read);
        int descriptor = (int)image.SafeFileHandle.DangerousGetHandle();
        Assert.Equal(AllSeals, Libc.fcntl(descriptor, F_GET_SEALS, 0));
        Assert.Equal(-1, Libc.fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL));
        Assert.ThrowsAny<Exception>(() => File.WriteAllText(exe, "evil"));
        container.Start().Ok();
        Assert.ThrowsAny<Exception>(() => File.WriteAllText($"/proc/self/fd/{descriptor}", "evil"));
        Assert.Equal((byte)0x7f, (byte)image.ReadByte());
    }

    [Fact]
    public void The_stage_takes_less_than_100_KiB()
    {
        using Container container = Created();
        string line = File.ReadLines($"/proc/{container.Pid}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        Assert.InRange(long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), 1, MostKiB - 1);
    }

    [Fact]
    public void Nothing_of_the_runtime_is_in_its_memory_arguments_or_environment()
    {
        using Container container = Created();
        string process = $"/proc/{container.Pid}";
        Assert.Equal("runcs-init\0", File.ReadAllText($"{process}/cmdline"));
        Assert.Equal("runcs-init\n", File.ReadAllText($"{process}/comm"));
        Assert.Equal("", File.ReadAllText($"{process}/environ"));
        string[] mapped = [.. File.ReadLines($"{process}/maps").Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(5) ?? "").Distinct()];
        Assert.Empty(mapped.Except(["/memfd:runcs-stage (deleted)", "[stack]", "[vvar]", "[vvar_vclock]", "[vdso]", "[vsyscall]", "[uprobes]"]));
        Assert.DoesNotContain(File.ReadLines($"{process}/maps"), line => line.Split(' ')[1].StartsWith("rwx", StringComparison.Ordinal));
        Assert.Single(Directory.EnumerateDirectories($"{process}/task"));
    }

    [Fact]
    public void The_stage_has_only_the_standard_streams_and_its_channels()
    {
        using Container container = Created();
        AssertDescriptors(container, kept: 0);
    }

    [Fact]
    public void Descriptors_that_the_caller_left_open_are_not_in_it()
    {
        using Container container = new();
        container.Runtime.Prefix = Callers.WithManyDescriptors;
        container.Create().Ok();
        AssertDescriptors(container, kept: 0);
    }

    [Fact]
    public void Descriptors_that_the_caller_asked_to_be_kept_are()
    {
        using Container container = new();
        container.Runtime.Prefix = Callers.WithManyDescriptors;
        container.Create("--preserve-fds", "2").Ok();
        AssertDescriptors(container, kept: 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(User)]
    public void Only_root_may_inspect_the_stage_whatever_its_user(uint uid)
    {
        Requires.Program("setpriv");
        using Container container = new();
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = uid, ["gid"] = uid };
        container.Create().Ok();
        // proc(5): root owns the files of an undumpable process, and ptrace access to it is refused.
        Assert.Equal("0\n", Command.Run("stat", "-c", "%u", $"/proc/{container.Pid}/environ").Ok().Stdout);
        foreach (string secret in (string[])["exe", "fd/0", "cwd"])
            Command.Run("setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "readlink", $"/proc/{container.Pid}/{secret}").Fails();
        Assert.Contains($"Uid:\t{uid}\t{uid}\t{uid}\t{uid}", File.ReadAllText($"/proc/{container.Pid}/status"), StringComparison.Ordinal);
    }

    // Linux 6.3 has vm.memfd_noexec, which refuses executable memfds without MFD_EXEC; older kernels do not know the
    // flag.
    [Theory]
    [InlineData("EACCES")]
    [InlineData("EINVAL")]
    public void The_stage_starts_if_memfds_cannot_be_executed(string error)
    {
        using Container container = new();
        container.Bundle.Shell("echo hello");
        container.Runtime.Tracer = Faults.Fail("memfd_create", error);
        container.Create().Ok();
        container.Runtime.Tracer = [];
        Assert.EndsWith("runcs-stage (deleted)", new FileInfo($"/proc/{container.Pid}/exe").LinkTarget, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => File.WriteAllText($"/proc/{container.Pid}/exe", "evil"));
        AssertDescriptors(container, kept: 0);
        container.Start().Ok();
        container.WaitForStatus("stopped");
    }

    // The real setting, for the runtime's own pid namespace: 1 makes memfds without a flag non-executable, 2 refuses
    // them.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_stage_starts_if_the_kernel_has_memfd_noexec(int value)
    {
        Requires.That(File.Exists("/proc/sys/vm/memfd_noexec"), "needs vm.memfd_noexec (Linux 6.3)");
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        // The hook's input is a memfd too.
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["startContainer"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", "cat > /run/hook") }),
            ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/true" }),
        };
        container.Bundle.Shell("grep -c ociVersion /run/hook");
        container.Runtime.Prefix = ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", $"echo {value} > /proc/sys/vm/memfd_noexec && exec \"$@\"", "sh"];
        Assert.Equal("1\n", container.Run().Ok().Stdout);
    }

    // An outer container's filter may not list the call.
    [Theory]
    [InlineData("ENOSYS")]
    [InlineData("EPERM")]
    public void Descriptors_are_closed_without_close_range(string error)
    {
        using Container container = new();
        container.Runtime.Prefix = Callers.WithManyDescriptors;
        container.Runtime.Tracer = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=close_range", "-e", $"inject=close_range:error={error}"];
        container.Create().Ok();
        AssertDescriptors(container, kept: 0);
    }

    [Fact]
    public void A_descriptor_is_kept_only_if_the_caller_has_it()
    {
        using Container container = new();
        Assert.Contains("--preserve-fds: descriptor 3 is not open", container.Create("--preserve-fds", "1").Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // The clone in managed code is safe only because there is one thread (docs/decisions/0002).
    [Fact]
    public void No_thread_is_ever_started_on_the_way()
    {
        Requires.Program("strace");
        using Container container = new();
        container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = FaultTests.Hook(":"), ["createContainer"] = FaultTests.Hook(":") };
        string trace = container.Path("trace");
        container.Runtime.Tracer = ["strace", "-f", "-qq", "-e", "trace=clone,clone3,fork,vfork", "-o", trace];
        container.Run().Ok();
        string[] calls = File.ReadAllLines(trace);
        Assert.Contains(calls, line => line.Contains("CLONE_NEWPID", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, line => line.Contains("CLONE_THREAD", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, line => line.Contains("CLONE_VM", StringComparison.Ordinal));
    }

    // `run` uses pipes: if it is killed, the program must never start.
    [Fact]
    public void A_run_that_is_killed_before_the_start_never_starts_the_program()
    {
        using Container container = new();
        string sign = Path.Combine(container.Bundle.Rootfs, "tmp/started");
        container.Bundle.Shell("touch /tmp/started; sleep 100").Process["user"] = new JsonObject { ["uid"] = User, ["gid"] = User };
        container.Bundle.Config["root"]!["readonly"] = false;
        // Written while the stage waits.
        container.Bundle.Linux["resources"] = new JsonObject { ["pids"] = new JsonObject { ["limit"] = 100 } };
        container.Bundle.Write();
        string[] run = container.Runtime.CommandLine("run", "--bundle", container.Bundle.Directory, container.Id);
        TracedCall start = TracedCommand.Run(container.Runtime.CommandLine("run", "--detach", "--bundle", container.Bundle.Directory, container.Id)).Calls
            .Last(call => call is { Process: 0, Name: "write" } && call.Arguments[2] == 1);
        container.Delete("--force").Ok();
        File.Delete(sign);
        TracedCommand.Run(run, start, Fault.KillCaller);
        Eventually.True(() => container.Status == "stopped", "the stage ends");
        Assert.False(File.Exists(sign));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    private static Container Created()
    {
        Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Create().Ok();
        return container;
    }

    private static void AssertDescriptors(Container container, int kept)
    {
        string process = $"/proc/{container.Pid}";
        Dictionary<int, string> open = Directory.EnumerateFiles($"{process}/fd").ToDictionary(path => int.Parse(Path.GetFileName(path)), path => new FileInfo(path).LinkTarget!);
        string state = Path.Combine(container.Runtime.Root, container.Id);
        int[] channels = [.. open.Where(entry => entry.Value == $"{state}/start" || entry.Value == $"{state}/report").Select(entry => entry.Key)];
        Assert.Equal(2, channels.Length);
        Assert.Equal(Enumerable.Range(0, 3 + kept), open.Keys.Except(channels).Order());
        Assert.DoesNotContain(open, entry => Directory.Exists($"{process}/fd/{entry.Key}"));
        Assert.All(open.Keys, number => Assert.Equal(number >= 3 + kept, IsClosedByExec(process, number)));
    }

    private static bool IsClosedByExec(string process, int number)
    {
        string flags = File.ReadLines($"{process}/fdinfo/{number}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & O_CLOEXEC) != 0;
    }
}
