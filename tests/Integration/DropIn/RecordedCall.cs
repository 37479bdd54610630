// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Runcs.Integration;

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
