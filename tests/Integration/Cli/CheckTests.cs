// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// <c>runcs check</c>: reports the problems of a bundle and the unmet requirements on the host, without running it.
/// </summary>
public class CheckTests
{
    public CheckTests() => Requires.Runcs();

    public static TheoryData<string> Documents => [.. HostileDocuments.Names];

    [Fact]
    public void A_good_bundle_has_no_problem()
    {
        Requires.Root();
        using Container container = new();
        Assert.Equal("config.json: no problem found\n", Check(container).Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Each_problem_is_one_line_and_equals_that_of_create()
    {
        using Container container = new();
        container.Bundle.Process["args"] = "sh";
        container.Bundle.Process["cwd"] = "tmp";
        container.Bundle.Config["ociVersion"] = "one";
        string[] lines = Check(container).Exits(1).Stdout.TrimEnd('\n').Split('\n');
        Assert.Equal(["process.args: must be an array, got \"sh\"", "ociVersion: must be a version 1.MINOR.PATCH (SemVer 2.0.0), got \"one\"", "process.cwd: must be an absolute path, got \"tmp\""],
            lines.Where(line => !line.StartsWith("this host: ", StringComparison.Ordinal)));
        Requires.Root();
        Assert.Equal(string.Join("; ", lines), ErrorMessage.Of(container.Create()));
    }

    [Fact]
    public void Requirements_that_the_host_does_not_meet_are_reported()
    {
        using Container container = new();
        Directory.Delete(container.Bundle.Rootfs, recursive: true);
        container.Bundle.Mount("/a", "frobfs", "none").Mount("/b", "bind", "/nowhere/at/all", "bind").Mount("/c", "tmpfs", "none");
        container.Bundle.Namespace("network", "/proc/self/ns/uts").Namespace("ipc", "/etc/passwd").Namespace("uts", "/nowhere");
        container.Bundle.Config["hostname"] = null;
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/true" }, new JsonObject { ["path"] = "/nowhere/hook" }),
            ["poststop"] = new JsonArray(new JsonObject { ["path"] = "/etc/passwd" }, new JsonObject { ["path"] = "/etc" }),
        };
        container.Bundle.Linux["sysctl"] = new JsonObject { ["net.frob"] = "1" };
        int mounts = container.Bundle.Mounts.Count;
        string[] namespaces = [.. ((JsonArray)container.Bundle.Linux["namespaces"]!).Select(entry => (string)entry!["type"]!)];
        string[] lines = [.. Check(container).Exits(1).Stdout.TrimEnd('\n').Split('\n').Where(line => !line.Contains("runcs needs CAP_", StringComparison.Ordinal))];
        Assert.Equal(
            [
                $"this host: mounts[{mounts - 3}].type: the kernel has no filesystem \"frobfs\" (/proc/filesystems) (destination \"/a\")",
                $"this host: linux.namespaces[{Array.IndexOf(namespaces, "network")}].path: \"/proc/self/ns/uts\" is not a network namespace",
                $"this host: linux.namespaces[{Array.IndexOf(namespaces, "ipc")}].path: \"/etc/passwd\" is not a namespace",
                $"this host: linux.namespaces[{Array.IndexOf(namespaces, "uts")}].path: \"/nowhere\": no such file or directory (ENOENT)",
                $"this host: root.path: \"{container.Bundle.Rootfs}\": no such file or directory (ENOENT)",
                $"this host: mounts[{mounts - 2}].source: \"/nowhere/at/all\": no such file or directory (ENOENT) (destination \"/b\")",
                "this host: hooks.createRuntime[1].path: \"/nowhere/hook\": no such file or directory (ENOENT)",
                "this host: hooks.poststop[0].path: \"/etc/passwd\": permission denied (EACCES)",
                "this host: hooks.poststop[1].path: \"/etc\" is not a program",
                "this host: linux.sysctl[\"net.frob\"]: the kernel has no /proc/sys/net/frob",
            ], lines);
    }

    [Fact]
    public void Privileges_that_the_caller_does_not_have_are_reported()
    {
        Requires.Root();
        Requires.Program("setpriv");
        using Container container = new();
        container.Bundle.Write();
        container.Runtime.Prefix = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"];
        File.SetUnixFileMode(container.Path("."), (UnixFileMode)0b111_101_101);
        Result result = container.Runtime.Run("check", "--bundle", container.Bundle.Directory);
        container.Runtime.Prefix = [];
        Assert.Equal("this host: linux.namespaces: runcs runs as uid 1000, not as root, so the container needs a user namespace (runcs spec --rootless writes a config with one)\n", result.Exits(1).Stdout);
    }

    [Fact]
    public void Capabilities_that_root_does_not_have_are_reported()
    {
        Requires.Root();
        Requires.Program("setpriv");
        using Container container = new();
        container.Bundle.Write();
        container.Runtime.Prefix = ["setpriv", "--bounding-set=-sys_admin"];
        Result result = container.Runtime.Run("check", "--bundle", container.Bundle.Directory);
        container.Runtime.Prefix = [];
        Assert.Contains("this host: linux.namespaces: runcs needs CAP_SYS_ADMIN to make and to join namespaces\n", result.Exits(1).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Cgroups_that_the_caller_may_not_create_are_one_line()
    {
        Requires.Root();
        Requires.Program("setpriv");
        using Container container = new();
        container.Bundle.Linux["cgroupsPath"] = "/" + container.Id;
        container.Bundle.Write();
        File.SetUnixFileMode(container.Path("."), (UnixFileMode)0b111_101_101);
        container.Runtime.Prefix = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "unshare", "--user", "--map-root-user"];
        Result result = container.Runtime.Run("check", "--bundle", container.Bundle.Directory);
        container.Runtime.Prefix = [];
        string line = Assert.Single(result.Exits(1).Stdout.Split('\n'), line => line.Contains("linux.cgroupsPath", StringComparison.Ordinal));
        Assert.Matches("^this host: linux\\.cgroupsPath: no cgroup can be created below \"/sys/fs/cgroup.*\": this needs the permissions of the host's root", line);
        // A container without limits then runs without cgroups.
        container.Bundle.Linux.AsObject().Remove("cgroupsPath");
        container.Bundle.Write();
        container.Runtime.Prefix = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "unshare", "--user", "--map-root-user"];
        result = container.Runtime.Run("check", "--bundle", container.Bundle.Directory);
        container.Runtime.Prefix = [];
        Assert.DoesNotContain("linux.cgroupsPath", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Oddities_only_cause_a_warning()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Config["mount"] = new JsonArray();
        ((JsonObject)container.Bundle.Process["user"]!).Remove("gid");
        ((JsonArray)container.Bundle.Process["capabilities"]!["bounding"]!).Add("CAP_FROB");
        string[] lines = Check(container).Ok().Stdout.TrimEnd('\n').Split('\n');
        Assert.Equal("config.json: no problem found", lines[^1]);
        Assert.Equal(
            ["warning: mount: is not known, and ignored: did you mean \"mounts\"?", "warning: process.capabilities.bounding[3]: ignored unknown capability \"CAP_FROB\"", "warning: process.user: lacks \"gid\", which the specification requires: taken as 0"],
            lines[..^1].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_plan_is_printed_on_request()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Args("/bin/sh", "argument");
        string text = Check(container, "--plan").Ok().Stdout;
        Assert.StartsWith("config.json: no problem found\nnew ", text, StringComparison.Ordinal);
        Assert.Contains("\nexec /bin/sh argument\n", text, StringComparison.Ordinal);
        container.Bundle.Process["cwd"] = "tmp";
        Assert.DoesNotContain("exec /bin/sh", Check(container, "--plan").Exits(1).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_report_is_for_programs()
    {
        using Container container = new();
        container.Bundle.Process["cwd"] = "tmp";
        container.Bundle.Mount("/a", "frobfs", "none");
        container.Bundle.Config["mount"] = 1;
        using JsonDocument report = JsonDocument.Parse(Check(container, "--format", "json", "--plan").Exits(1).Stdout);
        Assert.Equal("process.cwd: must be an absolute path, got \"tmp\"", Assert.Single(report.RootElement.GetProperty("problems").EnumerateArray()).GetString());
        Assert.Contains(report.RootElement.GetProperty("host").EnumerateArray(), line => line.GetString()!.Contains("\"frobfs\"", StringComparison.Ordinal));
        Assert.Equal("mount: is not known, and ignored: did you mean \"mounts\"?", report.RootElement.GetProperty("warnings")[0].GetString());
        Assert.False(report.RootElement.TryGetProperty("plan", out _));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_hostile_document_is_judged_soon_and_without_a_crash(string name)
    {
        string bundle = Scratch.NewDirectory("hostile");
        try
        {
            File.WriteAllBytes(Path.Combine(bundle, "config.json"), HostileDocuments.Get(name));
            Directory.CreateDirectory(Path.Combine(bundle, "rootfs"));
            Result result = Command.Run(RuntimeUnderTest.Executable, "check", "--bundle", bundle);
            Assert.True(result.ExitCode is 0 or 1, Short(result));
            Assert.True(result.StderrBytes.Length == 0, Short(result));
            Assert.True(result.StdoutBytes.Length > 0 && result.StdoutBytes[^1] == '\n', Short(result));
            Assert.DoesNotContain(result.StdoutBytes, value => value < ' ' && value != '\n');
            if (name is "one_byte_more" or "a_hundred_mebibytes") Assert.Equal($"{bundle}/config.json: must not be larger than 16 MiB\n", result.Stdout);
            if (name == "sixteen_mebibytes") Assert.DoesNotContain("16 MiB", result.Stdout, StringComparison.Ordinal);
        }
        finally
        {
            Scratch.Remove(bundle);
        }
    }

    [Theory]
    [InlineData("mkfifo config.json", "must be a regular file")]
    [InlineData("mkdir config.json", "must be a regular file")]
    [InlineData("ln -s /dev/zero config.json", "must be a regular file")]
    [InlineData("ln -s config.json config.json", "too many levels of symbolic links (ELOOP)")]
    [InlineData("ln -s nowhere config.json", "config.json not found")]
    [InlineData("true", "config.json not found")]
    [InlineData("ln -s /proc/self/mem config.json", "input/output error (EIO)")]
    public void A_config_that_is_no_file_of_its_own_is_refused_at_once(string make, string words)
    {
        string bundle = Scratch.NewDirectory("hostile");
        try
        {
            Command.Run(new Options { WorkingDirectory = bundle }, "/bin/sh", "-c", make).Ok();
            Assert.Contains(words, Command.Run(RuntimeUnderTest.Executable, "check", "--bundle", bundle).Exits(1).Stdout, StringComparison.Ordinal);
            Result created = Command.Run(RuntimeUnderTest.Executable, "--root", Path.Combine(bundle, "state"), "create", "--bundle", bundle, "hostile");
            Assert.Contains(words, ErrorMessage.Of(created), StringComparison.Ordinal);
        }
        finally
        {
            Scratch.Remove(bundle);
        }
    }

    [Fact]
    public void A_config_behind_a_symbolic_link_is_read()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Write();
        File.Move(container.Bundle.ConfigPath, container.Path("elsewhere.json"));
        File.CreateSymbolicLink(container.Bundle.ConfigPath, container.Path("elsewhere.json"));
        container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Ok();
    }

    private static Result Check(Container container, params string[] options)
    {
        container.Bundle.Write();
        return container.Runtime.Run(["check", .. options, "--bundle", container.Bundle.Directory]);
    }

    private static string Short(Result result)
    {
        string text = result.ToString();
        return text.Length > 2000 ? text[..2000] : text;
    }
}
