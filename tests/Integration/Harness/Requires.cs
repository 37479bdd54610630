// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Runcs.Harness;

/// <summary>A test's requirements on the machine; a test whose requirement is not met is skipped with the reason.</summary>
public static class Requires
{
    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyCollection<string>?>> _cgroupFiles = new();

    public static void Root() => Need(Libc.geteuid() == 0, "needs root");

    /// <summary>runcs: the test covers behaviour that other runtimes do not share.</summary>
    public static void Runcs() => Need(RuntimeUnderTest.IsRuncs, "is about runcs");

    /// <summary>A build without -p:BootReplacements=false (src/Runtime/Publish.props).</summary>
    public static void BootReplacements() =>
        Need(!RuntimeUnderTest.Contains("runcs.BootReplacements"), "needs a build with the replacements of src/Runtime/Boot");

    /// <summary>
    /// Hierarchies of cgroup v1 in which cgroups can be made, and their files, such as
    /// <c>memory/memory.memsw.limit_in_bytes</c>.
    /// </summary>
    public static void CgroupV1(params string[] files)
    {
        Need(Directory.Exists("/sys/fs/cgroup/memory") && Directory.Exists("/sys/fs/cgroup/pids"), "needs cgroup v1");
        foreach (string file in (string[])["memory/memory.limit_in_bytes", "pids/pids.max", .. files])
        {
            string hierarchy = file[..file.IndexOf('/')];
            IReadOnlyCollection<string>? there = _cgroupFiles.GetOrAdd(hierarchy, static name => new(() => FilesOfNewCgroup(name))).Value;
            Need(there != null, $"needs a cgroup v1 hierarchy that can be written: {hierarchy}");
            Need(there!.Contains(file[(hierarchy.Length + 1)..]), $"needs {file} (cgroup v1)");
        }
    }

    public static void CgroupV2Controllers(params string[] controllers)
    {
        string file = "/sys/fs/cgroup/cgroup.controllers";
        Need(File.Exists(file), "needs a pure cgroup v2 host");
        string[] there = File.ReadAllText(file).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        string[] missing = [.. controllers.Except(there)];
        Need(missing.Length == 0, $"needs the cgroup v2 controllers {string.Join(", ", missing)}");
    }

    public static void Systemd() => Need(Directory.Exists("/run/systemd/system"), "needs systemd as the first process"); // sd_booted(3)

    public static void AppArmor() =>
        Need(Directory.Exists("/sys/kernel/security/apparmor"), "needs AppArmor");

    /// <summary>CPUs, by number, that the test may use.</summary>
    public static void Cpus(params int[] cpus)
    {
        Program("taskset");
        foreach (int cpu in cpus) Need(Command.Run("taskset", "--cpu-list", $"{cpu}", "true").ExitCode == 0, $"needs CPU {cpu}");
    }

    /// <summary>A device with a driver: it can be opened, which the existence of the file does not show.</summary>
    public static void Device(string path)
    {
        string problem = "";
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle device = File.OpenHandle(path, share: FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }
        Need(problem.Length == 0, $"needs the device {path}: {problem}");
    }

    /// <summary>User namespaces, which user.max_user_namespaces or an outer filter may forbid.</summary>
    public static void UserNamespaces()
    {
        Program("unshare");
        Result result = Command.Run("unshare", "--user", "true");
        Need(result.ExitCode == 0, $"needs user namespaces: {result.Stderr}");
    }

    public static void Program(string name) => Need(Programs.Find(name) != null, $"needs the program {name}");

    /// <summary>The default profile of podman or docker, in config.json's format.</summary>
    public static System.Text.Json.Nodes.JsonObject Profile(string engine)
    {
        string file = Path.Combine(Repository.Root, "out/profiles", engine + ".json");
        Need(File.Exists(file), $"needs the default profile of {engine} (build/tests.sh)");
        return EngineProfile.Resolve(file);
    }

    public static void Calls32() => Need(Probe.Takes32BitCalls, "needs a kernel that takes 32-bit system calls (int $0x80 was tried and failed)");

    public static void Keys() => Need(File.Exists("/proc/keys"), "needs a kernel with keys");

    /// <summary>A capability by its number, such as 24 for CAP_SYS_RESOURCE.</summary>
    public static void Capability(int number, string name)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        ulong effective = Convert.ToUInt64(line["CapEff:".Length..].Trim(), 16);
        Need((effective >> number & 1) == 1, $"needs {name}");
    }

    public static void Kernel(int major, int minor) =>
        Need(Environment.OSVersion.Version >= new Version(major, minor), $"needs Linux {major}.{minor}");

    public static void That(bool condition, string need) => Need(condition, need);

    private static IReadOnlyCollection<string>? FilesOfNewCgroup(string hierarchy)
    {
        string directory = $"/sys/fs/cgroup/{hierarchy}/runcs-requires-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(directory);
            string[] files = Directory.GetFiles(directory);
            Directory.Delete(directory);
            return [.. files.Select(file => Path.GetFileName(file))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Need(bool there, string reason) => Assert.SkipUnless(there, reason);
}
