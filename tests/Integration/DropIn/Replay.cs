// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Runcs.Native;

namespace Runcs.Integration;

/// <summary>
/// Repeats the calls of a session with one runtime, called as the one whose place it takes, in its own directory, and keeps the
/// result of each.
/// </summary>
internal sealed class Replay : IDisposable
{
    private static int _count;
    private readonly string _directory = Scratch.NewDirectory("drop-in");
    private readonly string _prefix = $"d{System.Environment.ProcessId}-{Interlocked.Increment(ref _count)}-";
    private readonly string _name;
    private readonly string _program;
    private readonly string[] _host;
    private readonly Dictionary<string, JsonNode> _configs = [];
    private readonly Dictionary<string, string> _outputs = [];
    private readonly Dictionary<string, Terminal> _terminals = [];
    private int _call;

    /// <param name="name">runc or crun.</param>
    /// <param name="runtime">The program.</param>
    /// <param name="host">A prefix of its command lines.</param>
    public Replay(string name, string runtime, params string[] host)
    {
        (_name, _program, _host) = (name, Path(name), host);
        File.CreateSymbolicLink(_program, runtime);
        Harness.Rootfs.Make(Directory.CreateDirectory(Path("rootfs")).FullName);
        Directory.CreateDirectory(Path("directory"));
        File.WriteAllText(Path("file"), "");
    }

    public List<Outcome> Run(Session session) => [.. session.Calls.Select(Run)];

    public void Dispose()
    {
        foreach (string id in _configs.Keys) Command.Run([.. _host, _program, "--root", Path("root"), "delete", "--force", id]);
        foreach (Terminal terminal in _terminals.Values) terminal.Dispose();
        Leftovers.Remove(_prefix + "cgroup");
        Scratch.Remove(_directory);
    }

    private Outcome Run(RecordedCall call)
    {
        _call++;
        string verb = call.Verb;
        string id = call.Arguments.FirstOrDefault(argument => argument.StartsWith("{id", StringComparison.Ordinal)) is { } named ? Fill(named) : "";
        string log = Path($"log-{_call}"), output = Path($"output-{_call}"), error = Path($"error-{_call}"), pidFile = Path($"pid-file-{_call}");
        if (call.Config is { } config) Write(id, config);
        if (call.Process is { } process) File.WriteAllText(Path($"process-{_call}"), Fill(process.ToJsonString()));
        if (call.Input is { } input) File.WriteAllText(Path($"input-{_call}"), input);
        if (verb == "delete" || (verb == "kill" && call.Exit != 0)) WaitForEnd(id, call);
        using Socket? listener = call.HasTerminal ? Terminal.Listen(Path($"console-socket-{_call}")) : null;

        // The program, which keeps running, has these streams too.
        string[] arguments = [.. call.Arguments.Select(Fill)];
        if (!call.Arguments.Contains("{root}") && !call.Arguments.Contains("--root={root}")) arguments = ["--root", Path("root"), .. arguments];
        Result result = Command.Run(Options.Default with { Stdin = Encoding.UTF8.GetBytes(call.Input ?? ""), WorkingDirectory = _configs.ContainsKey(id) ? Path($"bundle-{id}") : _directory },
            [.. _host, "sh", "-c", $"exec \"$@\" > {output} 2> {error}", "sh", _program, .. arguments]);

        var outcome = new Outcome(call, result.ExitCode, text => Scrub(text, id, pidFile)) { WordsOfErrors = _name == "crun" };
        outcome.AddOutput(verb is "create" ? "" : File.ReadAllText(output));
        if (File.Exists(log)) outcome.AddLog(File.ReadAllLines(log));
        outcome.AddError(File.ReadAllText(error));
        if (call.Arguments.Contains("{pid-file}")) outcome.Add("pid file", File.Exists(pidFile) ? File.ReadAllText(pidFile) : "none");
        if (verb == "create" && result.ExitCode == 0) _outputs[id] = output;
        if (listener != null && result.ExitCode == 0) outcome.Add("console socket", (_terminals[id] = new Terminal(listener)).Describe());
        if (verb == "exec" && result.ExitCode == 0 && File.Exists(pidFile)) WaitForExec(File.ReadAllText(pidFile));
        if ((verb == "start" && Program(id) != "sleep") || (verb == "kill" && result.ExitCode == 0 && call.Arguments[^1] != "0")) WaitForEnd(id, call);
        if (verb == "delete" && result.ExitCode == 0 && _outputs.Remove(id, out string? file)) outcome.Add("the program's output", File.ReadAllText(file));
        if (verb == "delete" && _terminals.Remove(id, out Terminal? terminal))
        {
            outcome.Add("the terminal's screen", terminal.Screen());
            terminal.Dispose();
        }
        if (id.Length > 0 && verb is not ("state" or "exec" or "ps" or "events" or "update")) AddState(outcome, id);
        return outcome;
    }

    private void AddState(Outcome outcome, string id)
    {
        Result state = Command.Run([.. _host, _program, "--root", Path("root"), "state", id]);
        outcome.AddState(state.ExitCode == 0 ? state.Stdout : "");
    }

    private void Write(string id, JsonNode config)
    {
        string bundle = Directory.CreateDirectory(Path($"bundle-{id}")).FullName;
        string text = Fill(config.ToJsonString());
        File.WriteAllText(System.IO.Path.Combine(bundle, "config.json"), text);
        _configs[id] = JsonNode.Parse(text)!;
    }

    private string Program(string id) => _configs.TryGetValue(id, out JsonNode? config) ? (string?)config["process"]!["args"]![0] ?? "" : "";

    // The engine continued once it knew that the program had ended.
    private void WaitForEnd(string id, RecordedCall call)
    {
        if (!_configs.ContainsKey(id) || (call.Verb == "delete" && call.Exit != 0) || (call.Arguments.Contains("--force") && Program(id) == "sleep")) return;
        Eventually.True(() => Command.Run([.. _host, _program, "--root", Path("root"), "state", id]) is var state && (state.ExitCode != 0 || state.Stdout.Contains("\"stopped\"", StringComparison.Ordinal)),
            () => $"{id} does not end before {string.Join(' ', call.Arguments)}");
    }

    private static void WaitForExec(string pid)
    {
        string process = $"/proc/{pid}/cmdline";
        Eventually.True(() => !File.Exists(process) || ReadCommand(process) is "" or "sleep", "the executed program does not end");
    }

    private static string ReadCommand(string file)
    {
        try
        {
            return File.ReadAllText(file).Split('\0')[0];
        }
        catch (IOException)
        {
            return "";
        }
    }

    private string Fill(string text)
    {
        StringBuilder filled = new(text);
        foreach (string place in (string[])["log", "pid-file", "process", "console-socket", "input"]) filled.Replace($"{{{place}}}", Path($"{place}-{_call}"));
        for (int i = 1; i < 10; i++) filled.Replace($"{{id{i}}}", _prefix + i);
        string id = System.Text.RegularExpressions.Regex.Match(filled.ToString(), _prefix + @"\d").Value;
        return filled.Replace("{bundle}", Path($"bundle-{Last()}")).Replace("{root}", Path("root")).Replace("{rootfs}", Path("rootfs")).Replace("{file}", Path("file"))
            .Replace("{directory}", Path("directory")).Replace("{path}", Path("directory")).Replace("{host}", "host").Replace("{cgroup}", "/" + _prefix + "cgroup").ToString();

        string Last() => id.Length > 0 ? id : _configs.Keys.LastOrDefault("");
    }

    private string Scrub(string text, string id, string pidFile)
    {
        if (File.Exists(pidFile) && File.ReadAllText(pidFile) is { Length: > 0 } pid) text = System.Text.RegularExpressions.Regex.Replace(text, $@"\b{pid}\b", "{pid}");
        if (id.Length > 0) text = text.Replace(Path($"bundle-{id}"), "{bundle}", StringComparison.Ordinal);
        return Harness.Scrub.Times(text.Replace(_directory, "{directory}", StringComparison.Ordinal).Replace(_prefix, "{id}", StringComparison.Ordinal));
    }

    private string Path(string name) => System.IO.Path.Combine(_directory, name);

    /// <summary>The engine's end of a console socket, and the terminal received through it.</summary>
    private sealed class Terminal : IDisposable
    {
        private readonly Fd? _master;
        private readonly string _payload;

        public Terminal(Socket listener)
        {
            using Socket connection = listener.Accept();
            byte[] payload = new byte[256];
            Assert.False(UnixSockets.TryReceiveFd((int)connection.Handle, payload, out int count, out _master).IsError);
            _payload = Encoding.UTF8.GetString(payload, 0, count);
        }

        public static Socket Listen(string path)
        {
            Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            return listener;
        }

        public string Describe() => $"{(_master == null ? "no descriptor" : "a descriptor of " + File.ResolveLinkTarget($"/proc/self/fd/{_master.Value}", false)!.FullName)}, with \"{_payload.TrimEnd('\0')}\"";

        public string Screen()
        {
            StringBuilder screen = new();
            byte[] bytes = new byte[4096];
            while (_master != null && !Files.TryRead(_master.Value, bytes, out int count).IsError && count > 0) screen.Append(Encoding.UTF8.GetString(bytes, 0, count));
            return screen.ToString();
        }

        public void Dispose() => _master?.Dispose();
    }
}
