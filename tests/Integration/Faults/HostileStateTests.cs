// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Files of the state directory that are not what runcs has written: of another type, of any size, with any value. No command
/// crashes, blocks, or has an effect outside of the container, and <c>delete --force</c> removes the container or reports why not.
/// </summary>
public sealed class HostileStateTests : IDisposable
{
    // What replaces a file: $f is its path, $other that of the same file of another container, $victim a file of others.
    private static readonly Dictionary<string, string> _replacements = new()
    {
        ["nothing"] = ":",
        ["an empty file"] = ": > $f",
        ["half of the file"] = "if [ -f $f.kept ]; then dd if=$f.kept of=$f bs=64 count=3; else echo '{\"id' > $f; fi",
        ["a directory"] = "mkdir $f",
        ["a full directory"] = "mkdir -p $f/a/b; echo x > $f/a/c",
        ["a FIFO"] = "mkfifo $f",
        ["a link to nothing"] = "ln -s /nowhere $f",
        ["a link to itself"] = "ln -s $f $f",
        ["a link to /dev/zero"] = "ln -s /dev/zero $f",
        ["a link to a file"] = "ln -s $victim $f",
        ["a link to another container's"] = "ln -s $other $f",
        ["a link above"] = "ln -s ../.. $f",
        ["a long link"] = "ln -s $(printf '%4000s' 7 | tr ' ' 7) $f",
        ["/dev/zero"] = "mknod $f c 1 5",
        ["/dev/null"] = "mknod $f c 1 3",
        ["/dev/full"] = "mknod $f c 1 7",
        ["a device of no driver"] = "mknod $f b 240 77",
        ["ten million spaces"] = "printf '%10000000s' > $f",
        ["a hundred million zeros"] = "truncate -s 100000000 $f",
        ["nested arrays"] = "printf '%1000000s' | tr ' ' '[' > $f",
        ["random bytes"] = "head -c 5000 /dev/urandom > $f",
    };

    private readonly string _directory = Scratch.NewDirectory("hostile");
    private readonly Container _other = new();

    public HostileStateTests()
    {
        Requires.Root();
        Requires.Runcs();
        File.WriteAllText(Victim, "victim");
        Directory.CreateDirectory(VictimDirectory);
        _other.Bundle.Args("/bin/sleep", "1000");
        _other.Create().Ok();
    }

    private string Victim => Path.Combine(_directory, "file");

    private string VictimDirectory => Path.Combine(_directory, "directory");

    public void Dispose()
    {
        _other.Dispose();
        Scratch.Remove(_directory);
    }

    [Theory]
    [InlineData("state.json", true)]
    [InlineData("config.json", true)]
    [InlineData("init", true)]
    [InlineData("start", false)]
    [InlineData("start", true)]
    [InlineData("report", false)]
    [InlineData("start.new", false)]
    [InlineData("start.new", true)]
    [InlineData("state.json.new", false)]
    [InlineData("init.new", false)]
    [InlineData("notify", false)]
    public void A_file_of_another_type_harms_no_one(string file, bool started)
    {
        StringBuilder problems = new();
        foreach ((string what, string script) in _replacements)
            Try(problems, what, started, container => Replace(container, file, script));
        Assert.True(problems.Length == 0, problems.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_process_record_with_any_value_harms_no_one(bool started)
    {
        StringBuilder problems = new();
        foreach (string text in Processes())
            Try(problems, $"init -> {text}", started, container => Link(container, text));
        Assert.True(problems.Length == 0, problems.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_with_any_value_harms_no_one(bool started)
    {
        StringBuilder problems = new();
        foreach ((string member, JsonNode? value) in Values())
            Try(problems, $"{member}: {Short(value)}", started, container => Set(container, member, value));
        Assert.True(problems.Length == 0, problems.ToString());
    }

    // The processes that a record may name without being the container's: none of them is signalled.
    private static IEnumerable<string> Processes()
    {
        string one = File.ReadAllText("/proc/1/stat"), start = one[(one.LastIndexOf(')') + 2)..].Split(' ')[19];
        return [$"1 {start}", "0 0", "-1 1", "+1 1", "-2147483648 1", "2147483647 1", "2147483648 1", "99999999999999999999 1", "1 18446744073709551616", "5", "5 ", " 5", "", "5 5 5", "0x5 0", "5\n5", "٣ ٣", "../../../1"];
    }

    private IEnumerable<(string Member, JsonNode? Value)> Values()
    {
        JsonNode?[] any = [null, true, -1, 1.5, "", "/", "..", "../../..", "a\nb\u001b[31m", new string('x', 70_000), new JsonArray(), new JsonObject(), new JsonArray(""), new JsonArray(null, 5), new JsonArray("/nowhere")];
        foreach (string member in (string[])["version", "id", "ociVersion", "bundle", "rootfs", "rootMount", "created", "annotations", "cgroups", "unit", "resctrl", "resctrlMade", "privatePidNamespace", "hooks", "program", "pausedBeforeStart", "memoryAndSwap", "later"])
        {
            foreach (JsonNode? value in any.Where((_, at) => (member.Length + at) % 3 == 0))
                yield return (member, value?.DeepClone());
        }
        foreach (string place in (string[])["memory:/sys/fs/cgroup/memory:/", "unified:/sys/fs/cgroup:/", "freezer:/sys/fs/cgroup/freezer:/../..", "freezer:/sys/fs/cgroup/../../../" + _directory + ":/directory", $"freezer:{_directory}:/directory", "freezer::/", ":::", "freezer:relative:/x",
            "freezer:/sys/fs/cgroup/freezer:/" + new string('x', 5000), "freezer:/sys/fs/cgroup/freezer:/a\nb", "freezer:/sys/fs/cgroup/freezer://", "freezer:/sys/fs/cgroup/freezer:/./", "freezer:/sys/fs/cgroup:/freezer"])
            yield return ("cgroups", new JsonArray(place));
        yield return ("cgroups", new JsonArray([.. Enumerable.Range(0, 5000).Select(at => (JsonNode)$"c{at}:/sys/fs/cgroup/pids:/nowhere-{at}")]));
        foreach (string member in (string[])["resctrl", "resctrlMade"])
        {
            yield return (member, new JsonArray(VictimDirectory));
            yield return (member, new JsonArray("/sys/fs/resctrl/../../.." + VictimDirectory));
            yield return (member, new JsonArray("/sys/fs/resctrl"));
        }
        foreach (string unit in (string[])["dbus.service", "-.slice", "../x.scope", "a b.scope", new string('x', 5000) + ".scope"])
            yield return ("unit", unit);
        yield return ("rootMount", 1UL);
        yield return ("rootMount", ulong.MaxValue);
        yield return ("memoryAndSwap", long.MinValue);
        yield return ("hooks", new JsonArray("poststop", "poststart", "prestart"));
    }

    private void Try(StringBuilder problems, string what, bool started, Action<Container> damage)
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "1000");
        container.Create().Ok();
        if (started) container.Start().Ok();
        int pid = container.Pid;
        string state = Path.Combine(container.Runtime.Root, container.Id), kept = container.Path("kept");
        Command.Run("/bin/cp", "-a", state, kept).Ok();
        damage(container);
        foreach (string[] command in Commands(container.Id, started))
            Judge(problems, what, command, pid, container.Runtime);

        Result? deleted = Judge(problems, what, ["delete", "--force", container.Id], 0, container.Runtime);
        if (_other.Status != "created") problems.Append($"{what}: another container has changed\n");
        if (deleted is { ExitCode: 0 })
        {
            if (Directory.Exists(state)) problems.Append($"{what}: the directory is left\n");
            if (IsAlive(pid)) problems.Append($"{what}: the container still runs\n");
            return;
        }
        // The error has been judged; with the files restored the container can be removed.
        Command.Run("/bin/sh", "-c", $"rm -rf {state} && cp -a {kept} {state}").Ok();
        if (container.Delete("--force") is { ExitCode: not 0 } failed) problems.Append($"{what}: {failed}\n");
    }

    // Of a created container `delete` needs no --force, and start is what it waits for.
    private static IEnumerable<string[]> Commands(string id, bool started)
    {
        string[][] all = [["state", id], ["list"], ["kill", id, "0"], ["ps", "--format", "json", id], ["exec", id, "/bin/true"], ["pause", id], ["resume", id], ["update", "--pids-limit", "50", id], ["events", "--stats", id]];
        return started ? [.. all, ["start", id], ["delete", id]] : [.. all, ["start", id]];
    }

    private Result? Judge(StringBuilder problems, string what, string[] command, int pid, RuntimeUnderTest runtime)
    {
        string step = $"{what}: {string.Join(' ', command)}";
        Result result;
        try
        {
            result = runtime.Run(command);
        }
        catch (TimeoutException)
        {
            problems.Append($"{step}: does not end\n");
            return null;
        }
        string text = result.Stderr;
        string? problem = text.Contains("error in runcs itself", StringComparison.Ordinal) || result.ExitCode is not (0 or 1 or 255) ? "a crash"
            : result.ExitCode != 0 && text.Split("level=error").Length != 2 ? "not one error"
            : text.Length > 20_000 ? "a long text"
            : pid != 0 && !IsAlive(pid) ? "the container has ended"
            : File.ReadAllText(Victim) != "victim" ? "a file of others has changed"
            : !Directory.Exists(VictimDirectory) ? "a directory of others is gone"
            : null;
        if (problem != null) problems.Append($"{step}: {problem}: exit code {result.ExitCode}, {text[..Math.Min(text.Length, 500)]}\n");
        return result;
    }

    private void Replace(Container container, string file, string script)
    {
        string path = Path.Combine(container.Runtime.Root, container.Id, file), other = Path.Combine(_other.Runtime.Root, _other.Id, file);
        string kept = container.Path("kept/" + file);
        Command.Run("/bin/sh", "-c", $"f={path} other={other} victim={Victim}; {script.Replace("$f.kept", kept, StringComparison.Ordinal).Insert(0, "rm -rf $f; ")}").Ok();
    }

    private static void Link(Container container, string text)
    {
        string path = Path.Combine(container.Runtime.Root, container.Id, "init");
        File.Delete(path);
        if (text.Length > 0) File.CreateSymbolicLink(path, text);
    }

    private static void Set(Container container, string member, JsonNode? value)
    {
        string path = Path.Combine(container.Runtime.Root, container.Id, "state.json");
        JsonObject record = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        record[member] = value;
        if (member == "rootMount") record["rootfs"] = "/";
        File.WriteAllText(path, record.ToJsonString());
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Short(JsonNode? value)
    {
        string text = value?.ToJsonString() ?? "null";
        return text.Length < 100 ? text : text[..100];
    }
}
