// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Each message lets its reader act: it names the object, where it was looked for, and what to do. The words before that are
/// runc's (<c>CallerWordsTests</c>). In the texts {id}, {root}, {bundle} and {scratch} stand for the
/// container's.
/// </summary>
public class RemedyTests
{
    private const string NoDirectory = "no such file or directory (ENOENT)";

    public RemedyTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    [Theory]
    [InlineData("container does not exist: \"{id}\" below {root}", "state", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "start", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "kill", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "delete", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "pause", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "resume", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "ps", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "events", "{id}")]
    [InlineData("container does not exist: \"{id}\" below {root}", "update", "--pids-limit", "5", "{id}")]
    [InlineData("exec failed: container does not exist: \"{id}\" below {root}", "exec", "{id}", "true")]
    [InlineData("invalid container ID format: \"a/b\" must be 1 to 255 letters, digits, _, +, - or ., and not . or ..", "state", "a/b")]
    [InlineData("invalid format option: must be table or json, got \"yaml\"", "list", "-f", "yaml")]
    [InlineData("invalid format option: must be table or json, got \"yaml\"", "ps", "-f", "yaml", "{id}")]
    [InlineData("invalid log-format: yaml: must be text or json", "--log-format", "yaml", "list")]
    [InlineData("runcs create failed: --rootless: must be true, false or auto, got \"maybe\"", "--rootless", "maybe", "create", "{id}")]
    [InlineData("runcs create failed: --pidfd-socket: connect(2) on \"{scratch}/nowhere/s\": " + NoDirectory, "create", "--bundle", "{bundle}", "--pidfd-socket", "{scratch}/nowhere/s", "{id}")]
    [InlineData("runcs create failed: --pid-file: openat(2) on \"{scratch}/nowhere/pid\": " + NoDirectory, "create", "--bundle", "{bundle}", "--pid-file", "{scratch}/nowhere/pid", "{id}")]
    [InlineData("runcs run failed: --pid-file: openat(2) on \"{scratch}/nowhere/pid\": " + NoDirectory, "run", "--bundle", "{bundle}", "--pid-file", "{scratch}/nowhere/pid", "{id}")]
    [InlineData("runcs create failed: --pid-file: renameat(2) on \"{scratch}\": is a directory (EISDIR)", "create", "--bundle", "{bundle}", "--pid-file", "{scratch}", "{id}")]
    [InlineData("--bundle: openat(2) on \"{scratch}/nowhere/config.json\": " + NoDirectory, "spec", "--bundle", "{scratch}/nowhere")]
    [InlineData("--log: openat(2) on \"{scratch}/nowhere/log\": " + NoDirectory, "--log", "{scratch}/nowhere/log", "list")]
    [InlineData("runcs run failed: cannot use console socket if runc will not detach or allocate tty: leave out --console-socket, or detach and set process.terminal to true (exec: --tty)",
        "run", "--bundle", "{bundle}", "--console-socket", "{scratch}/s", "{id}")]
    public void Of_a_container_that_is_not_there(string message, params string[] arguments)
    {
        using Container container = new();
        container.Bundle.Write();
        Says(container, message, arguments, arguments[0] == "exec" ? 255 : 1);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("No help topic for 'rnu': unknown command: did you mean \"run\"?", "rnu", "{id}")]
    [InlineData("No help topic for 'CREATE': unknown command: did you mean \"create\"?", "CREATE", "{id}")]
    [InlineData("No help topic for 'frobnicate': unknown command: \"runcs help\" prints the commands", "frobnicate")]
    [InlineData("No help topic for 'satte': unknown command: did you mean \"state\"?", "help", "satte")]
    public void Of_an_unknown_command(string message, params string[] arguments)
    {
        using Container container = new();
        Assert.Equal("", Says(container, message, arguments, code: 3).Stdout);
    }

    // On standard output the cause comes first, then one line of usage: a page of help would hide the cause.
    [Theory]
    [InlineData("flag provided but not defined: -bundel: did you mean --bundle?", "run", "--bundel", "x", "{id}")]
    [InlineData("flag provided but not defined: -pid_file: did you mean --pid-file?", "create", "--pid_file=x", "{id}")]
    [InlineData("flag provided but not defined: -frobnicate", "create", "--frobnicate", "{id}")]
    [InlineData("flag provided but not defined: -root: it is a global option, which comes before \"run\"", "run", "--root", "x", "{id}")]
    [InlineData("flag provided but not defined: -debgu: did you mean --debug?", "--debgu", "list")]
    [InlineData("flag provided but not defined: -bundle: it is an option of commands such as \"create\", which comes after the command", "--bundle", "x", "run", "{id}")]
    [InlineData("flag needs an argument: -lsm-mount-context", "restore", "--lsm-mount-context")]
    [InlineData("invalid value \"x\" for flag -preserve-fds: parse error: must be a whole number", "run", "--preserve-fds", "x", "{id}")]
    [InlineData("invalid value \"x\" for flag -interval: parse error: must be a duration such as 500ms or 1m30s", "events", "--interval", "x", "{id}")]
    [InlineData("invalid boolean value \"x\" for -force: parse error: must be true or false", "delete", "--force=x", "{id}")]
    [InlineData("runcs: \"run\" requires exactly 1 argument(s): <container-id>, got 0", "run")]
    [InlineData("runcs: \"kill\" requires a maximum of 2 argument(s): <container-id> [signal], got 3", "kill", "{id}", "9", "x")]
    public void Of_a_wrong_command_line(string message, params string[] arguments)
    {
        using Container container = new();
        string[] printed = Says(container, message, arguments).Stdout.TrimEnd('\n').Split('\n');
        Assert.Equal(message.StartsWith("runcs: ", StringComparison.Ordinal) ? "Incorrect Usage." : "Incorrect Usage: " + message, printed[0]);
        Assert.Equal(["", "USAGE:", printed[3], "", printed[5]], printed[1..]);
        Assert.StartsWith("   runcs ", printed[3], StringComparison.Ordinal);
        Assert.Matches("^\"runcs (help|[a-z]+ --help)\" prints the ", printed[5]);
    }

    // Each in a container in the state that the message is about.
    [Theory]
    [InlineData("running", "container does not exist: \"other\" below {root}", "state", "other")]
    [InlineData("running", "runcs create failed: container with given ID already exists: {root}/{id}: delete that container first, or choose another id", "create", "--bundle", "{bundle}", "{id}")]
    [InlineData("running", "cannot delete container {id} that is not stopped: running: end it with kill first, or kill and delete it with delete --force", "delete", "{id}")]
    [InlineData("running", "cannot start an already running container: \"{id}\": exec runs another program in it", "start", "{id}")]
    [InlineData("running", "container not paused: \"{id}\" is running", "resume", "{id}")]
    [InlineData("running", "unknown signal \"frob\": must be a name such as TERM, or a number from 0 to 64", "kill", "{id}", "frob")]
    [InlineData("running", "unable to signal init: invalid argument: the signal must be from 0 to 64, got 99", "kill", "{id}", "99")]
    [InlineData("running", "exec failed: exec args cannot be empty: name the program after the container's id, or its document with --process", "exec", "{id}")]
    [InlineData("running", "exec failed: --process: openat(2) on \"{scratch}/nowhere\": " + NoDirectory, "exec", "--process", "{scratch}/nowhere", "{id}")]
    [InlineData("running", "exec failed: --pid-file: openat(2) on \"{scratch}/nowhere/pid\": " + NoDirectory, "exec", "--pid-file", "{scratch}/nowhere/pid", "{id}", "true")]
    [InlineData("running", "exec failed: --console-socket: connect(2) on \"{scratch}/s\": " + NoDirectory, "exec", "--detach", "--tty", "--console-socket", "{scratch}/s", "{id}", "true")]
    [InlineData("running", "exec failed: cannot allocate tty if runc will detach without setting console socket: name the socket that receives the terminal with --console-socket, run without --detach, or set process.terminal to false (exec: leave out --tty)",
        "exec", "--detach", "--tty", "{id}", "true")]
    [InlineData("running", "--resources: openat(2) on \"{scratch}/nowhere\": " + NoDirectory, "update", "--resources", "{scratch}/nowhere", "{id}")]
    [InlineData("paused", "container not running: \"{id}\" is paused", "pause", "{id}")]
    [InlineData("paused", "cannot delete container {id} that is not stopped: paused: end it with kill first, or kill and delete it with delete --force", "delete", "{id}")]
    [InlineData("stopped", "container not running: \"{id}\" is stopped", "pause", "{id}")]
    [InlineData("stopped", "container not running: \"{id}\" is stopped", "kill", "{id}")]
    [InlineData("stopped", "container not running: \"{id}\" is stopped", "update", "--pids-limit", "5", "{id}")]
    [InlineData("stopped", "container not paused: \"{id}\" is stopped", "resume", "{id}")]
    [InlineData("stopped", "cannot start a container that has stopped: delete it and create it again", "start", "{id}")]
    public void Of_a_container(string status, string message, params string[] arguments)
    {
        using Container container = new();
        container.Bundle.Args(status == "stopped" ? "/bin/true" : "/bin/sleep", "100");
        container.Up();
        if (status == "paused") container.Runtime.Run("pause", container.Id).Ok();
        container.WaitForStatus(status);
        Says(container, message, arguments, arguments[0] == "exec" ? 255 : 1);
    }

    [Fact]
    public void Of_a_paused_container_that_was_not_started()
    {
        using Container container = new();
        container.Create().Ok();
        container.Runtime.Run("pause", container.Id).Ok();
        Says(container, "cannot start a container in the paused state: resume it first", ["start", "{id}"]);
    }

    // As with runc it is no error.
    [Fact]
    public void Of_an_update_without_a_limit()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        Assert.Contains("level=warning msg=\"nothing was updated: no limit was given, such as --memory 64m, and no --resources\"",
            Assert.Single(container.Runtime.Run("update", container.Id).Ok().Stderr.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal("", container.Runtime.Run("update", "--pids-limit", "50", container.Id).Ok().Stderr);
    }

    [Theory]
    [InlineData("mounts[7].type: the kernel has no filesystem \"frobfs\" (/proc/filesystems): fsopen(2): no such device (ENODEV) (destination \"/mnt\")", "frobfs", "x")]
    [InlineData("mounts[7]: fsconfig(2) on \"frob\": invalid argument (EINVAL): tmpfs: Unknown parameter 'frob' (destination \"/mnt\")", "tmpfs", "x", "frob")]
    [InlineData("mounts[7]: open_tree(2) on \"/nowhere\": " + NoDirectory + " (destination \"/mnt\")", "bind", "/nowhere", "bind")]
    [InlineData("mounts[7].source: is required for a bind (destination \"/mnt\")", "bind", "", "bind")]
    public void Of_a_mount(string message, string type, string source, params string[] options)
    {
        using Container container = new();
        container.Bundle.Mount("/mnt", type, source, options);
        container.Bundle.Write();
        Says(container, "runcs create failed: " + message, ["create", "--bundle", "{bundle}", "{id}"]);
        Leftovers.AssertNone(container);
    }

    // mount(2), where an outer container's filter refuses the newer calls.
    [Fact]
    public void Of_an_unknown_filesystem_for_the_older_call()
    {
        using Container container = new();
        container.Bundle.Mount("/mnt", "frobfs", "x");
        container.Bundle.Write();
        container.Runtime.Tracer = Refusal.Of("ENOSYS", "fsopen");
        string message = ErrorMessage.Of(container.Create());
        container.Runtime.Tracer = [];
        Assert.Equal("mounts[7].type: the kernel has no filesystem \"frobfs\" (/proc/filesystems): fsmount(2): no such device (ENODEV) (destination \"/mnt\")", message);
    }

    [Fact]
    public void Of_a_cgroup_that_others_use()
    {
        using Container first = new(), second = new();
        string path = $"/{first.Id}-used";
        first.Bundle.Shell("exec sleep 100").Linux["cgroupsPath"] = path;
        first.Up();
        second.Bundle.Linux["cgroupsPath"] = path;
        Assert.Matches($"^container's cgroup is not empty: 1 process\\(es\\) found: process {first.Pid} \\(sleep\\) is in /sys/fs/cgroup/.*{path}: choose another linux.cgroupsPath, or end the processes$",
            ErrorMessage.Of(second.Create()));
    }

    // Once, and not for each of the privileges that are missing.
    [Theory]
    [InlineData("--root: \"{root}\" belongs to uid 0, must belong to the caller, uid 1000", "list")]
    [InlineData("--root: \"{root}\" belongs to uid 0, must belong to the caller, uid 1000", "state", "{id}")]
    [InlineData("--root: \"{root}\" belongs to uid 0, must belong to the caller, uid 1000", "delete", "{id}")]
    [InlineData("runcs create failed: --root: \"{root}\" belongs to uid 0, must belong to the caller, uid 1000", "create", "--bundle", "{bundle}", "{id}")]
    public void Of_a_caller_who_is_not_root(string message, params string[] arguments)
    {
        using Container container = new();
        container.Bundle.Write();
        Directory.CreateDirectory(container.Runtime.Root);
        File.SetUnixFileMode(container.Runtime.Root, (UnixFileMode)0b111_000_000);
        File.SetUnixFileMode(container.Path("."), (UnixFileMode)0b111_101_101);
        container.Runtime.Prefix = OtherUser();
        Says(container, message, arguments);
        container.Runtime.Prefix = [];
    }

    [Fact]
    public void Of_a_list_of_a_caller_who_is_not_root()
    {
        using Container container = new();
        string directory = Directory.CreateDirectory(container.Path("runtime")).FullName;
        File.SetUnixFileMode(container.Path("."), (UnixFileMode)0b111_101_101);
        Options options = Options.Default with { Environment = new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = directory } };
        Result result = Command.Run(options, [.. OtherUser(), RuntimeUnderTest.Executable, "list", "-q"]).Ok();
        Assert.Equal("", result.Stdout);
        Assert.Contains($"level=warning msg=\"there are no containers of uid 1000 below {directory}/runcs; root lists those below /run/runcs\"", result.Stderr, StringComparison.Ordinal);
    }

    private static string[] OtherUser()
    {
        Requires.Program("setpriv");
        return ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"];
    }

    // The whole message.
    private static Result Says(Container container, string message, string[] arguments, int code = 1)
    {
        Result result = container.Runtime.Run([.. arguments.Select(argument => Fill(container, argument))]).Exits(code);
        string line = Assert.Single(result.Stderr.TrimEnd('\n').Split('\n'));
        string quoted = Fill(container, message).Replace("\"", "\\\"", StringComparison.Ordinal);
        Assert.Contains(line[(line.IndexOf(" msg=", StringComparison.Ordinal) + " msg=".Length)..], (string[])[quoted, $"\"{quoted}\""]);
        return result;
    }

    private static string Fill(Container container, string text) => text
        .Replace("{scratch}", Path.GetDirectoryName(container.Path("x"))!, StringComparison.Ordinal).Replace("{bundle}", container.Bundle.Directory, StringComparison.Ordinal)
        .Replace("{root}", container.Runtime.Root, StringComparison.Ordinal).Replace("{id}", container.Id, StringComparison.Ordinal);
}
