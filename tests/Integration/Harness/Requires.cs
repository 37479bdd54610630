// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>What a test needs of the machine; where it is not there, the test is skipped and says why.</summary>
public static class Requires
{
    public static void Root() => Need(Libc.geteuid() == 0, "needs root");

    /// <summary>The runtime's own behaviour, which others do not share.</summary>
    public static void Runcs() => Need(RuntimeUnderTest.IsRuncs, "is about runcs");

    /// <summary>A build without -p:BootReplacements=false (src/Runtime/Publish.props).</summary>
    public static void BootReplacements() =>
        Need(!RuntimeUnderTest.Contains("runcs.BootReplacements"), "needs a build with the replacements of src/Runtime/Boot");

    public static void CgroupV1() => Need(Directory.Exists("/sys/fs/cgroup/memory") && Directory.Exists("/sys/fs/cgroup/pids"), "needs cgroup v1");

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

    public static void Program(string name) => Need(Programs.Find(name) != null, $"needs the program {name}");

    /// <summary>The default profile of podman or docker, as it stands in config.json.</summary>
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

    private static void Need(bool there, string reason) => Assert.SkipUnless(there, reason);
}
