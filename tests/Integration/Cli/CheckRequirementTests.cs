// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>What a step of create fails for on this host, check reports for the same field, without creating anything.</summary>
public class CheckRequirementTests
{
    private static readonly Dictionary<string, (string Path, string Words, Action<Container> Edit)> _cases = new()
    {
        ["cpus"] = ("linux.resources.cpu.cpus", "the host has no CPU 60000: it has ", container => Resources(container, "cpu", new JsonObject { ["cpus"] = "60000" })),
        ["mems"] = ("linux.resources.cpu.mems", "the host has no memory node 900: it has ", container => Resources(container, "cpu", new JsonObject { ["mems"] = "900" })),
        ["throttle read bps"] = Throttle("throttleReadBpsDevice"),
        ["throttle write bps"] = Throttle("throttleWriteBpsDevice"),
        ["throttle read iops"] = Throttle("throttleReadIOPSDevice"),
        ["throttle write iops"] = Throttle("throttleWriteIOPSDevice"),
        ["weight of a device"] = ("linux.resources.blockIO.weightDevice[0]", "the host has no block device 99:7", container =>
            Resources(container, "blockIO", new JsonObject { ["weightDevice"] = new JsonArray(new JsonObject { ["major"] = 99, ["minor"] = 7, ["weight"] = 100 }) })),
        ["memory policy"] = ("linux.memoryPolicy", "the host has no memory node 900: it has ", container =>
            container.Bundle.Linux["memoryPolicy"] = new JsonObject { ["mode"] = "MPOL_BIND", ["nodes"] = "900" }),
        ["open files"] = ("process.rlimits[0]", "must not be above /proc/sys/fs/nr_open (", container =>
            container.Bundle.Process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 1, ["hard"] = 1L << 40 })),
        ["listener"] = ("linux.seccomp.listenerPath", "\"/nowhere/agent\": no such file or directory (ENOENT)", container => Listen(container, "/nowhere/agent")),
        ["listener without a socket"] = ("linux.seccomp.listenerPath", "\"/etc/passwd\" is not a socket", container => Listen(container, "/etc/passwd")),
        ["block device"] = ("mounts[", "\"/dev/nowhere\": no such file or directory (ENOENT)", container => container.Bundle.Mount("/m", "ext4", "/dev/nowhere")),
        ["overlay"] = ("mounts[", "\"/nowhere\": no such file or directory (ENOENT)", container => container.Bundle.Mount("/m", "overlay", "overlay", "lowerdir=/etc:/nowhere")),
        ["device in a user namespace"] = ("linux.devices[0]", "\"/dev/nowhere\": no such file or directory (ENOENT)", BindDevice),
        ["program"] = Program("/nowhere", "\"/nowhere\" in the root filesystem: no such file or directory (ENOENT)"),
        ["program in PATH"] = Program("nowhere", "\"nowhere\" is not in a directory of PATH in the root filesystem"),
        ["directory"] = Program("/bin", "\"/bin\" is a directory"),
        ["program of another user"] = Program("/owner", "\"/owner\" is not executable by the user 1000:1000", container => Put(container, "owner", "", (UnixFileMode)0b111_000_000)),
        ["no program"] = Program("/plain", "\"/plain\" is not executable by the user 1000:1000", container => Put(container, "plain", "", (UnixFileMode)0b110_100_100)),
        ["program in PATH not executable"] = Program("plain", "\"/plain\" is not executable by the user 1000:1000", container =>
        {
            Put(container, "plain", "", (UnixFileMode)0b110_100_100);
            container.Bundle.Process["env"] = new JsonArray("PATH=/nowhere:/:/other");
        }),
        ["link out of the root"] = Program("/link", "\"/link\" in the root filesystem: no such file or directory (ENOENT)", container =>
            File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), RuntimeUnderTest.Executable)),
    };

    public CheckRequirementTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    public static TheoryData<string> Cases => [.. _cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_unmet_requirement_is_reported(string name)
    {
        using Container container = new();
        (string path, string words, Action<Container> edit) = _cases[name];
        edit(container);
        string[] lines = Check(container).Exits(1).Stdout.TrimEnd('\n').Split('\n');
        Assert.Contains(lines, line => line.StartsWith($"this host: {path}", StringComparison.Ordinal) && line.Contains($": {words}", StringComparison.Ordinal));
        // The exec stage names the program as runc does.
        Assert.Contains(path == "process.args[0]" ? "exec: \"" : path, ErrorMessage.Of(container.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // execve(2) fails, which only start meets.
    [Fact]
    public void The_interpreter_of_a_script_is_looked_for()
    {
        using Container container = new();
        Put(container, "script", "#!/nowhere/bash -e\n", (UnixFileMode)0b111_101_101);
        container.Bundle.Args("/script");
        Assert.Equal("this host: process.args[0]: \"/script\" needs the interpreter \"/nowhere/bash\": no such file or directory\n", Check(container).Exits(1).Stdout);
        container.Run().Exits(1);
    }

    // A program of this machine, for which the root filesystem has no dynamic linker; the script's own interpreter is such a program.
    [Theory]
    [InlineData("/dynamic")]
    [InlineData("/script")]
    [InlineData("dynamic")]
    public void The_interpreter_of_an_ELF_program_is_looked_for(string program)
    {
        const string linker = "/lib64/ld-linux-x86-64.so.2";
        Requires.That(File.Exists(linker), $"needs {linker}");
        using Container container = new();
        Command.Run("/bin/cp", "-L", "/bin/ls", Path.Combine(container.Bundle.Rootfs, "dynamic")).Ok();
        Put(container, "script", "#! /dynamic\n", (UnixFileMode)0b111_101_101);
        container.Bundle.Args(program).Process["env"] = new JsonArray("PATH=/");
        string expected = $"this host: process.args[0]: \"/dynamic\" needs the interpreter \"{linker}\"";
        Assert.Equal($"{expected}: no such file or directory\n", Check(container).Exits(1).Stdout);
        container.Run().Exits(1);
        container.Bundle.Put(linker, "");
        Assert.Equal($"{expected}, which is not executable by the user 0:0\n", Check(container).Exits(1).Stdout);
        File.SetUnixFileMode(container.Bundle.Rootfs + linker, (UnixFileMode)0b111_101_101);
        Assert.Equal("config.json: no problem found\n", Check(container).Ok().Stdout);
    }

    [Theory]
    [InlineData("in a mount", "/mounted/program")]
    [InlineData("relative", "./bin/sh")]
    [InlineData("in PATH", "sh")]
    [InlineData("behind a link into a mount", "/link")]
    public void A_program_that_may_be_there_is_not_reported(string where, string program)
    {
        using Container container = new();
        string source = Directory.CreateDirectory(container.Path("source")).FullName;
        container.Bundle.Mount("/mounted", "bind", source, "bind").Args(program);
        container.Bundle.Process["cwd"] = "/";
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/mounted/program");
        Assert.True("config.json: no problem found\n" == Check(container).Stdout, where);
    }

    [Fact]
    public void A_used_cgroup_is_reported()
    {
        using Container first = new(), second = new();
        string path = $"/{first.Id}-used";
        first.Bundle.Shell("sleep 100");
        first.Bundle.Linux["cgroupsPath"] = path;
        second.Bundle.Linux["cgroupsPath"] = path;
        first.Up();
        Assert.Contains("this host: linux.cgroupsPath: container's cgroup is not empty", Check(second).Exits(1).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_without_a_callers_terminal_causes_a_warning()
    {
        using Container container = new();
        container.Bundle.Process["terminal"] = true;
        Assert.Equal("warning: process.terminal: standard input is not a terminal; create needs --console-socket\nconfig.json: no problem found\n", Check(container).Ok().Stdout);
    }

    private static (string, string, Action<Container>) Throttle(string list) => ($"linux.resources.blockIO.{list}[0]", "the host has no block device 99:7", container =>
        Resources(container, "blockIO", new JsonObject { [list] = new JsonArray(new JsonObject { ["major"] = 99, ["minor"] = 7, ["rate"] = 1000 }) }));

    private static (string, string, Action<Container>) Program(string program, string words, Action<Container>? edit = null) => ("process.args[0]", words, container => RunAsUser(container, program, edit));

    private static void RunAsUser(Container container, string program, Action<Container>? edit)
    {
        container.Bundle.Args(program);
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        container.Bundle.Process["capabilities"] = new JsonObject();
        edit?.Invoke(container);
    }

    private static void Resources(Container container, string member, JsonNode value) => container.Bundle.Linux["resources"] = new JsonObject { [member] = value };

    private static void Listen(Container container, string path) => container.Bundle.Linux["seccomp"] = new JsonObject
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["listenerPath"] = path,
        ["syscalls"] = new JsonArray(new JsonObject { ["names"] = new JsonArray("swapon"), ["action"] = "SCMP_ACT_NOTIFY" }),
    };

    private static void BindDevice(Container container)
    {
        container.Bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/nowhere", ["type"] = "c", ["major"] = 1, ["minor"] = 3 });
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        foreach (string map in (string[])["uidMappings", "gidMappings"])
            container.Bundle.Linux[map] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 100000, ["size"] = 65536 });
    }

    private static void Put(Container container, string name, string text, UnixFileMode mode)
    {
        container.Bundle.Put(name, text);
        File.SetUnixFileMode(Path.Combine(container.Bundle.Rootfs, name), mode);
    }

    private static Result Check(Container container)
    {
        container.Bundle.Write();
        return container.Runtime.Run("check", "--bundle", container.Bundle.Directory);
    }
}
