// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Process": args and env, and where the program finds itself.</summary>
[OnAnyRuntime]
public class ProcessTests
{
    // Changes the runtime's caller: sh runs this with the command line as "$@".
    private const string Shell = "/bin/sh";

    public ProcessTests() => Requires.Root();

    [Fact]
    [Requirement("config/args")]
    public void The_program_is_the_first_in_PATH_that_its_user_may_execute()
    {
        using Container container = new();
        Bundle bundle = container.Bundle;
        bundle.Put("/a/prog", "#!/bin/sh\necho not executable\n");
        Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "b/prog"));
        File.SetUnixFileMode(bundle.Put("/c/prog", "#!/bin/sh\necho for root\n", executable: true), (UnixFileMode)0b111_000_000);
        bundle.Put("/d/prog", "#!/bin/sh\necho \"$0 $# $1\"\n", executable: true);
        Environment(bundle, "PATH=/nowhere:/a:/a/prog:/b:/c:/d/:/bin");
        bundle.Args("prog", "x y");
        User(bundle, 1000);
        Assert.Equal("/d/prog 1 x y\n", container.Run().Ok().Stdout);
        User(bundle, 0);
        Assert.Equal("for root\n", container.Run().Ok().Stdout);
    }

    [Fact]
    [Requirement("config/args")]
    public void A_path_with_a_slash_is_taken_from_the_working_directory()
    {
        using Container container = new();
        container.Bundle.Put("/home/user/sub/prog", "#!/bin/sh\necho \"$0 in $PWD\"\n", executable: true);
        container.Bundle.Args("sub/prog").Process["cwd"] = "/home/user";
        Assert.Equal("sub/prog in /home/user\n", container.Run().Ok().Stdout);
        container.Bundle.Args("../user/./sub/prog");
        Assert.Equal("../user/./sub/prog in /home/user\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void An_empty_entry_of_PATH_is_the_working_directory()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Put("/home/user/prog", "#!/bin/sh\necho here\n", executable: true);
        Environment(container.Bundle, "PATH=/nowhere::/bin");
        container.Bundle.Args("prog").Process["cwd"] = "/home/user";
        Assert.Equal("here\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Without_PATH_the_usual_directories_are_searched()
    {
        Requires.Runcs();
        using Container container = new();
        Environment(container.Bundle);
        container.Bundle.Args("cat", "/proc/self/environ");
        Assert.Equal("HOME=/root\0", container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("prog", "executable file not found in $PATH")]
    [InlineData("/bin/prog", "no such file or directory")]
    [InlineData("/etc/passwd", "permission denied")]
    [InlineData("/etc/passwd/x", "not a directory")]
    public void A_program_that_cannot_be_run_fails_create_and_leaves_nothing(string program, string reason)
    {
        using Container container = new();
        container.Bundle.Args(program);
        Assert.Contains(reason, container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_program_in_no_format_of_the_kernel_fails_at_start()
    {
        using Container container = new();
        container.Bundle.Put("/bin/prog", "echo no interpreter is named\n", executable: true);
        container.Bundle.Args("/bin/prog");
        Assert.Contains("exec format error", container.Run().Fails().Stderr, StringComparison.OrdinalIgnoreCase);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Arguments_arrive_as_they_are()
    {
        using Container container = new();
        string[] arguments = ["", " ", "a b", "\"'$HOME`\\", "two\nlines", "äß☃", "--", "-x"];
        container.Bundle.Args(["/bin/printf", "[%s]", .. arguments]);
        Assert.Equal(string.Concat(arguments.Select(argument => $"[{argument}]")), container.Run().Ok().Stdout);
    }

    [Fact]
    public void The_environment_is_the_configs_alone_each_name_once_with_its_last_value()
    {
        using Container container = new();
        Environment(container.Bundle, "PATH=/bin", "A=1", "B=two\nlines", "A=2", "C=", "D=x=y", "A=3", "Ä=☃", "HOME=/first", "HOME=/somewhere");
        container.Bundle.Args("/bin/cat", "/proc/self/environ");
        string[] variables = container.Run().Ok().Stdout.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["A=3", "B=two\nlines", "C=", "D=x=y", "HOME=/somewhere", "PATH=/bin", "Ä=☃"], variables.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1000, null, "/home/user")]
    [InlineData(1000, "HOME=", "/home/user")]
    [InlineData(1000, "HOME=/x", "/x")]
    [InlineData(0, null, "/root")]
    [InlineData(12345, null, "/")]
    public void HOME_is_the_users_of_the_containers_passwd_unless_it_is_set(int uid, string? variable, string home)
    {
        using Container container = new();
        Environment(container.Bundle, ["PATH=/bin", .. variable == null ? Array.Empty<string>() : [variable]]);
        User(container.Bundle, uid);
        container.Bundle.Args("/bin/cat", "/proc/self/environ");
        Assert.Equal($"HOME={home}\0", HomeIn(container.Run().Ok().Stdout));
    }

    [Theory]
    [InlineData("rm /etc/passwd")]
    [InlineData("rm /etc/passwd; mkdir /etc/passwd")]
    [InlineData("rm /etc/passwd; mkfifo /etc/passwd")]
    [InlineData("echo 'user:x:1000:1000' > /etc/passwd")]
    [InlineData("echo 'user:x:1000x:1000::/wrong:/bin/sh' > /etc/passwd")]
    public void HOME_is_the_root_without_an_entry_in_passwd(string damage)
    {
        Requires.Runcs();
        using Container container = new();
        Command.Run("/usr/sbin/chroot", container.Bundle.Rootfs, Shell, "-c", damage).Ok();
        Environment(container.Bundle, "PATH=/bin");
        User(container.Bundle, 1000);
        container.Bundle.Args("/bin/cat", "/proc/self/environ");
        Assert.Equal("HOME=/\0", HomeIn(container.Run().Ok().Stdout));
    }

    [Theory]
    [InlineData("process.args[1]", "a\0b")]
    [InlineData("process.env[0]", "A=\0")]
    [InlineData("process.env[0]", "A")]
    [InlineData("process.env[0]", "=A")]
    [InlineData("process.cwd", "/a\0b")]
    public void Values_that_the_kernel_cannot_take_are_refused_by_their_path(string path, string value)
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/echo", path == "process.args[1]" ? value : "x");
        if (path == "process.env[0]") Environment(container.Bundle, value);
        if (path == "process.cwd") container.Bundle.Process["cwd"] = value;
        Assert.Contains(path + ": ", container.Create().Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_leads_a_session_and_a_group_of_its_own()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/stat");
        // pid, parent, group, session, terminal: proc_pid_stat(5).
        string[] fields = container.Run().Ok().Stdout.Split(' ');
        Assert.Equal(["1", "0", "1", "1", "0"], [fields[0], .. fields[3..7]]);
    }

    [Fact]
    [Requirement("config-linux/namespace-pid")]
    public void The_program_is_process_one_and_alone()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sh", "-c", "for p in /proc/[0-9]*; do echo ${p#/proc/}; done; cat /proc/1/comm; true");
        Assert.Equal("1\nsh\n", container.Run().Ok().Stdout);
    }

    private static string HomeIn(string environ) =>
        string.Concat(environ.Split('\0').Where(variable => variable.StartsWith("HOME=", StringComparison.Ordinal)).Select(variable => variable + "\0"));

    private static void Environment(Bundle bundle, params string[] variables) =>
        bundle.Process["env"] = new JsonArray([.. variables.Select(variable => (JsonNode)variable)]);

    internal static void User(Bundle bundle, int uid) => bundle.Process["user"] = new JsonObject { ["uid"] = uid, ["gid"] = uid };

    /// <summary>A new user namespace whose root owns the root file system.</summary>
    internal static void NewUserNamespace(Bundle bundle)
    {
        ((JsonArray)bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        foreach (string kind in (string[])["uidMappings", "gidMappings"])
            bundle.Linux[kind] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 100000, ["size"] = 65536 });
        Command.Run("chown", "-R", "100000:100000", bundle.Rootfs).Ok();
    }
}
