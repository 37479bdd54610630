// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>A program in place of the runtime that records its calls (recorder.sh), and the resulting session.</summary>
internal sealed class Recorder : IDisposable
{
    private static readonly string[] _places = ["--root", "--log", "--bundle", "--pid-file", "--console-socket", "--process"];
    private readonly string _directory = Scratch.NewDirectory("recorder");
    private readonly string _runtime;

    /// <param name="runtime">The actual runtime.</param>
    public Recorder(string runtime)
    {
        _runtime = runtime;
        // Podman recognizes runtimes by name.
        Program = Path.Combine(_directory, "runc");
        File.WriteAllText(Program, File.ReadAllText(Path.Combine(Integration.Session.Directory, "recorder.sh")).Replace("@RUNTIME@", runtime, StringComparison.Ordinal)
            .Replace("@RECORDS@", Path.Combine(_directory, "records"), StringComparison.Ordinal));
        File.SetUnixFileMode(Program, (UnixFileMode)0b111_101_101);
    }

    public string Program { get; }

    public Session Read(string engine)
    {
        var ids = new List<string>();
        string[] records = [.. Directory.EnumerateDirectories(Path.Combine(_directory, "records")).Order(StringComparer.Ordinal)];
        return new Session(engine, Command.Run(_runtime, "--version").Ok().Stdout.Split('\n')[0], [.. records.Select(record => Call(record, ids))]);
    }

    public void Dispose() => Scratch.Remove(_directory);

    private static RecordedCall Call(string record, List<string> ids)
    {
        string[] arguments = File.ReadAllText(Path.Combine(record, "arguments")).Split('\0')[..^1];
        if (arguments.Contains("create") || arguments.Contains("run")) ids.Add(arguments[^1]);
        string config = Path.Combine(record, "config.json"), process = Path.Combine(record, "process.json"), input = Path.Combine(record, "input");
        return new RecordedCall([.. arguments.Select((argument, i) => i > 0 && _places.Contains(arguments[i - 1]) ? Place(arguments[i - 1]) : Named(argument, ids))],
            int.Parse(File.ReadAllText(Path.Combine(record, "exit"))))
        {
            Input = File.Exists(input) ? File.ReadAllText(input) : null,
            Config = File.Exists(config) ? Config(JsonNode.Parse(Named(File.ReadAllText(config), ids))!) : null,
            Process = File.Exists(process) ? Scrubbed(JsonNode.Parse(Named(File.ReadAllText(process), ids))!) : null,
        };
    }

    private static string Place(string flag) => $"{{{flag[2..]}}}";

    // Also --resources=/path/to/a/file.
    private static string Named(string text, List<string> ids)
    {
        if (text.StartsWith("--resources=/", StringComparison.Ordinal)) return "--resources={input}";
        if (text.StartsWith("--root=/", StringComparison.Ordinal)) return "--root={root}";
        StringBuilder named = new(text);
        for (int i = 0; i < ids.Count; i++)
        {
            named.Replace(ids[i], $"{{id{i + 1}}}");
            // Docker and Podman use the first twelve characters as host name.
            if (ids[i].Length == 64) named.Replace(ids[i][..12], "{host}");
        }
        return named.ToString();
    }

    // The engine's files do not exist when the calls are repeated: any file or directory replaces them.
    private static JsonNode Config(JsonNode config)
    {
        config["root"]!["path"] = "{rootfs}";
        (config as JsonObject)!.Remove("hooks");
        foreach (JsonNode? mount in config["mounts"]!.AsArray())
        {
            string source = (string?)mount!["source"] ?? "";
            if ((string?)mount["type"] == "bind" && source.StartsWith('/') && !source.StartsWith("/sys", StringComparison.Ordinal) && !source.StartsWith("/proc", StringComparison.Ordinal))
                mount["source"] = Directory.Exists(source) || ((string)mount["destination"]!).EndsWith("shm", StringComparison.Ordinal) ? "{directory}" : "{file}";
        }
        foreach (JsonNode? wanted in config["linux"]!["namespaces"]!.AsArray()) (wanted as JsonObject)!.Remove("path");
        if (config["linux"]!["cgroupsPath"] is { } cgroup) config["linux"]!["cgroupsPath"] = "{cgroup}/" + ((string)cgroup!).Split('/')[^1];
        return Scrubbed(config);
    }

    private static JsonNode Scrubbed(JsonNode node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (string key in members.Select(member => member.Key).ToArray())
                    if (members[key] is { } member)
                        members[key] = Scrubbed(member.DeepClone());
                break;
            case JsonArray elements:
                for (int i = 0; i < elements.Count; i++)
                    if (elements[i] is { } element)
                        elements[i] = Scrubbed(element.DeepClone());
                break;
            case JsonValue value when value.TryGetValue(out string? text) && (text.Contains("/tmp/", StringComparison.Ordinal) || text.Contains("runcs-test", StringComparison.Ordinal)):
                return "{path}";
        }
        return node;
    }
}
