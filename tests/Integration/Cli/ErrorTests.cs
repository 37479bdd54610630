// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Common mistakes. Each gives one line that names the field or the call and the problem; engines get it as the one
/// object in --log. Snapshots hold the texts, since engines and users' scripts match some of them.
/// </summary>
public class ErrorTests
{
    private static readonly Dictionary<string, Action<Container>> _mistakes = new()
    {
        ["no_config"] = container => container.Bundle.WritesConfig = false,
        ["broken_json"] = container => Raw(container, "{\n  \"ociVersion\": \"1.0.2\",\n  \"hostname\" \"x\"\n}\n"),
        ["json_cut_short"] = container => Raw(container, "{\"ociVersion\": \"1.0.2\""),
        ["document_is_an_array"] = container => Raw(container, "[]\n"),
        ["no_version"] = container => ((JsonObject)container.Bundle.Config).Remove("ociVersion"),
        ["args_are_a_string"] = container => container.Bundle.Process["args"] = "sh",
        ["uid_is_a_string"] = container => container.Bundle.Process["user"]!["uid"] = "0",
        ["no_args"] = container => container.Bundle.Args(),
        ["no_root"] = container => ((JsonObject)container.Bundle.Config).Remove("root"),
        ["rootfs_missing"] = container => container.Bundle.Config["root"]!["path"] = "nowhere",
        ["rootfs_is_a_file"] = container => container.Bundle.Config["root"]!["path"] = "config.json",
        ["program_not_in_PATH"] = container => container.Bundle.Args("frobnicate"),
        ["program_missing"] = container => container.Bundle.Args("/bin/frobnicate"),
        ["program_is_a_directory"] = container => container.Bundle.Args("/bin"),
        ["program_below_a_file"] = container => container.Bundle.Args("/bin/busybox/sh"),
        ["program_not_executable"] = container =>
        {
            container.Bundle.Put("/bin/text", "text");
            container.Bundle.Args("/bin/text");
        },
        ["program_not_executable_by_the_user"] = container =>
        {
            File.SetUnixFileMode(container.Bundle.Put("/bin/private", "#!/bin/sh\n", executable: true), (UnixFileMode)0b111_000_000);
            container.Bundle.Args("/bin/private").Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        },
        ["cwd_is_relative"] = container => container.Bundle.Process["cwd"] = "tmp",
        ["mount_option_unknown"] = container => container.Bundle.Mount("/mnt", "tmpfs", "tmpfs", "frobnicate"),
        ["mount_source_missing"] = container => container.Bundle.Mount("/mnt", "bind", "/nowhere/at/all", "bind"),
        ["mount_type_unknown"] = container => container.Bundle.Mount("/mnt", "frobfs", "none"),
        ["rlimit_unknown"] = container => Rlimit(container, "RLIMIT_FROB", 1, 1),
        ["rlimit_soft_above_hard"] = container => Rlimit(container, "RLIMIT_CORE", 2000, 1000),
        ["rlimit_twice"] = container =>
        {
            Rlimit(container, "RLIMIT_CORE", 1, 1);
            Rlimit(container, "RLIMIT_CORE", 2, 2);
        },
        ["namespace_unknown"] = container => container.Bundle.Namespace("frob", "/proc/self/ns/net"),
        ["namespace_path_missing"] = container => container.Bundle.Namespace("network", "/run/nowhere"),
        ["namespace_path_of_another_kind"] = container => container.Bundle.Namespace("network", "/proc/self/ns/uts"),
        ["sysctl_unknown"] = container => container.Bundle.Linux["sysctl"] = new JsonObject { ["net.frob"] = "1" },
        ["hook_missing"] = container => Hook(container, "createRuntime", "/nowhere/hook"),
        ["hook_fails"] = container => Hook(container, "createRuntime", "/bin/sh", "sh", "-c", "echo the reason >&2; exit 3"),
        ["terminal_without_a_socket"] = container => container.Bundle.Process["terminal"] = true,
        ["memory_limit_wrong"] = container => container.Bundle.Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = -7 } },
        ["id_taken"] = container => container.Create().Ok(),
    };

    public ErrorTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    public static TheoryData<string> Mistakes => [.. _mistakes.Keys];

    [Theory]
    [Requirement("bundle/config-json", "config/root", "config/root-path-directory", "config/args", "config/cwd-absolute",
        "config/rlimit-unknown", "config/rlimit-twice", "config/invalid-values",
        "runtime/errors-leave-nothing", "runtime/lifecycle-environment-error", "runtime/create-cannot-apply",
        "config-linux/namespaces-type")]
    [MemberData(nameof(Mistakes))]
    public void Errors_of_a_config(string mistake)
    {
        using Container container = new();
        _mistakes[mistake](container);
        Verify(container, container.Create, mistake);
        if (mistake != "id_taken") Leftovers.AssertNone(container);
    }

    // The kernel refuses the limit, or accepts it and kills, depending on the memory charged at the moment.
    [Fact]
    public void A_memory_limit_that_is_too_small()
    {
        Requires.CgroupV1();
        using Container container = new();
        container.Bundle.Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 4096 } };
        Assert.Contains("linux.resources.memory.limit", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_bundle_that_is_not_there()
    {
        using Container container = new();
        Verify(container, _ => container.Runtime.Run("create", "--bundle", container.Path("nowhere"), container.Id));
    }

    [Fact]
    public void A_pid_file_that_cannot_be_written()
    {
        using Container container = new();
        Verify(container, options => container.Create([.. options, "--pid-file", container.Path("nowhere/pid")]));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_root_that_cannot_be_made()
    {
        using Container container = new();
        container.Bundle.Write();
        Result result = Command.Run(RuntimeUnderTest.Executable, "--root", "/etc/passwd/runcs", "create", "--bundle", container.Bundle.Directory, container.Id);
        Snapshot.Verify(container.Scrub(result.Exits(1).Stderr));
    }

    [Fact]
    public void The_root_directory_as_root()
    {
        using Container container = new();
        Result result = Command.Run(RuntimeUnderTest.Executable, "--root", "//", "state", container.Id);
        Snapshot.Verify(container.Scrub(result.Exits(1).Stderr));
    }

    [Fact]
    public void A_user_who_is_not_root()
    {
        Requires.Program("setpriv");
        using Container container = new();
        container.Bundle.Write();
        string root = Directory.CreateDirectory(container.Path("state")).FullName;
        Command.Run("chown", "1000:1000", root).Ok();
        Result result = Command.Run("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", RuntimeUnderTest.Executable,
            "--root", root, "create", "--bundle", container.Bundle.Directory, container.Id);
        Leftovers.AssertNone(container);
        Snapshot.Verify(container.Scrub(result.Exits(1).Stderr));
    }

    [Fact]
    public void Cgroups_that_cannot_be_written()
    {
        Requires.Program("unshare");
        using Container container = new();
        container.Runtime.Prefix = ["unshare", "-m", "/bin/sh", "-c", "for m in /sys/fs/cgroup /sys/fs/cgroup/*; do mount -o remount,bind,ro $m 2>/dev/null; done; exec \"$@\"", "sh"];
        Verify(container, container.Create);
        container.Runtime.Prefix = [];
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/warnings-change-nothing", "config/capabilities-warned", "config/capabilities-no-failure")]
    public void An_unknown_capability_only_causes_a_warning()
    {
        using Container container = new();
        ((JsonArray)container.Bundle.Process["capabilities"]!["bounding"]!).Add("CAP_FROB");
        Result result = container.Run().Ok();
        Snapshot.Verify(container.Scrub(result.Stderr));
    }

    [Theory]
    [InlineData("unknown_command", "frobnicate")]
    [InlineData("unknown_flag", "create", "--frobnicate", "id")]
    [InlineData("flag_without_its_value", "create", "id", "--bundle")]
    [InlineData("no_id", "create")]
    [InlineData("two_ids", "state", "a", "b")]
    [InlineData("log_format", "--log-format", "yaml", "state", "id")]
    [InlineData("log_file", "--log", "/nowhere/log", "state", "id")]
    [InlineData("not_yet", "checkpoint", "id")]
    public void Errors_of_a_command_line(string mistake, params string[] arguments)
    {
        using Container container = new();
        Snapshot.Verify(container.Scrub(container.Runtime.Run(arguments).Fails().Stderr), mistake);
    }

    // With the text on standard error, and the one that an engine finds in the log.
    private static void Verify(Container container, Func<string[], Result> command, string parameters = "", [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        string log = container.Path("log.json");
        container.Runtime.GlobalOptions = ["--log", log, "--log-format", "json"];
        Result result = command([]).Exits(1);
        container.Runtime.GlobalOptions = [];
        string line = Assert.Single(result.Stderr.TrimEnd('\n').Split('\n'));
        using (JsonDocument entry = JsonDocument.Parse(File.ReadAllText(log)))
        {
            Assert.Equal("error", entry.RootElement.GetProperty("level").GetString());
            Assert.Equal(line, entry.RootElement.GetProperty("msg").GetString());
            Assert.True(entry.RootElement.GetProperty("time").TryGetDateTimeOffset(out _));
        }
        Snapshot.Verify(container.Scrub(line), parameters, method: test);
    }

    private static void Raw(Container container, string config)
    {
        container.Bundle.WritesConfig = false;
        File.WriteAllText(container.Bundle.ConfigPath, config);
    }

    private static void Rlimit(Container container, string type, int soft, int hard) =>
        ((JsonArray)container.Bundle.Process["rlimits"]!).Add(new JsonObject { ["type"] = type, ["soft"] = soft, ["hard"] = hard });

    private static void Hook(Container container, string kind, string path, params string[] args) => container.Bundle.Config["hooks"] = new JsonObject
    {
        [kind] = new JsonArray(new JsonObject { ["path"] = path, ["args"] = new JsonArray([.. args.Select(arg => (JsonNode)arg)]) }),
    };
}
