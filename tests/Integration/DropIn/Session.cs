// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Runcs.Integration;

/// <summary>The calls of an engine to the runtime, in order, with everything needed to repeat them.</summary>
/// <param name="Engine">Its name and version.</param>
/// <param name="Runtime">The first line of the runtime's --version.</param>
internal sealed record Session(string Engine, string Runtime, List<RecordedCall> Calls)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static string Directory => Path.Combine(Repository.Root, "tests/Integration/DropIn");

    public static Session Read(string name) => JsonSerializer.Deserialize<Session>(File.ReadAllText(Path.Combine(Directory, name + ".json")), _json)!;

    /// <summary>One call per line.</summary>
    public void Write(string name) => File.WriteAllText(Path.Combine(Directory, name + ".json"),
        JsonSerializer.Serialize(this, _json).Replace("{\"arguments\":", "\n{\"arguments\":", StringComparison.Ordinal) + "\n");
}

/// <summary>
/// One call. Values of a single run are placeholders: {root}, {id1}, {bundle}, {pid-file}, {log}, {console-socket},
/// {process}, {file}.
/// </summary>
/// <param name="Arguments">Of the command line.</param>
/// <param name="Exit">The exit code.</param>
internal sealed record RecordedCall(string[] Arguments, int Exit)
{
    /// <summary>Standard input, or the file given to update.</summary>
    public string? Input { get; init; }

    /// <summary>The environment variables that runtimes read.</summary>
    public Dictionary<string, string>? Environment { get; init; }

    /// <summary>config.json.</summary>
    public JsonNode? Config { get; init; }

    /// <summary>The document given to exec.</summary>
    public JsonNode? Process { get; init; }

    /// <summary>The verb is the first argument that is neither a flag nor a flag's value.</summary>
    [JsonIgnore]
    public string Verb
    {
        get
        {
            for (int i = 0; i < Arguments.Length; i++)
            {
                if (!Arguments[i].StartsWith('-')) return Arguments[i];
                if (Arguments[i] is "--root" or "--log" or "--log-format" or "--cgroup-manager") i++;
            }
            return Arguments[^1];
        }
    }

    [JsonIgnore]
    public bool HasTerminal => Arguments.Contains("--console-socket");
}
