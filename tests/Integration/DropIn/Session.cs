// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
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
