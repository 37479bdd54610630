// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>The result of a call, part by part, without values of a single run (pids, times, paths, ids).</summary>
internal sealed partial class Outcome
{
    // Podman's patterns by their effect (getOCIRuntimeError and UpdateContainerStatus in libpod), and what people look for.
    private static readonly string[][] _words =
    [
        ["permission denied", "operation not permitted"],
        ["no such file", "executable file not found in"],
        ["does not exist"],
        ["already exists"],
        ["not running", "stopped"],
        ["paused"],
    ];

    private readonly RecordedCall _call;
    private readonly Func<string, string> _scrub;

    public Outcome(RecordedCall call, int exit, Func<string, string> scrub)
    {
        (_call, _scrub, Exit) = (call, scrub, exit);
        Add("exit code", exit.ToString());
    }

    public string Verb => _call.Verb;

    public int Exit { get; }

    /// <summary>Of errors only the words are kept that callers match: crun and runc have different texts for the same error.</summary>
    public bool WordsOfErrors { get; init; }

    public SortedDictionary<string, string> Places { get; } = new(StringComparer.Ordinal);

    public void Add(string place, string text)
    {
        if (text.Length > 0) Places[place] = _scrub(text);
    }

    public void AddOutput(string text)
    {
        if (Verb is "--version" or "-V") text = string.Join('\n', text.Split('\n').Select(line => VersionValue().Replace(line, "$1 X")));
        // The number is not compared: the process of a detached exec exists until the host's first process reaps it.
        else if (Verb == "ps" && text.StartsWith('[')) text = Pids().Replace(text, "[{pids}]");
        else if (Verb == "ps") text = string.Join('\n', text.Split('\n').Select(line => Blanks().Replace(Clock().Replace(line, "0"), " ").Trim()).Order(StringComparer.Ordinal));
        else if (text.StartsWith("NAME:", StringComparison.Ordinal) || text.StartsWith("Incorrect Usage", StringComparison.Ordinal)) text = text.Split('\n')[0];
        else if (Verb == "events" && text.StartsWith('{')) { AddMembers("stdout", JsonNode.Parse(text)!, withValues: false); return; }
        // Differences in the states themselves are reported for state.
        else if (Verb == "list" && WordsOfErrors && text.StartsWith('[')) { AddMembers("list", JsonNode.Parse(text)![0]!, withValues: true); return; }
        else if (Verb == "list") text = Blanks().Replace(ListedPid().Replace(Version().Replace(_scrub(text), ""), "{pid}"), " ");
        if (Verb == "state" && text.StartsWith('{')) AddState(text);
        else Add("stdout", text);
    }

    /// <summary>Level and message of each entry.</summary>
    public void AddLog(string[] entries)
    {
        foreach (string entry in entries)
        {
            JsonNode line = JsonNode.Parse(entry)!;
            Assert.Equal(["level", "msg", "time"], line.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
            string level = (string)line["level"]!;
            Add("log, " + level, (Places.TryGetValue("log, " + level, out string? before) ? before + "\n" : "") + Error((string)line["msg"]!));
        }
    }

    /// <summary>With --log, an error is also written to standard error, as plain text.</summary>
    public void AddError(string text) => Add("stderr", Places.TryGetValue("log, error", out string? logged) && _scrub(text).TrimEnd('\n') == logged.TrimEnd('\n') ? "as in the log"
        : logged != null && WordsOfErrors && Error(text) == logged ? "as in the log"
        : Error(text));

    private string Error(string text) => !WordsOfErrors || text.Length == 0 ? text
        : string.Join(", ", _words.Where(words => words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))).Select(words => words[0]).DefaultIfEmpty("none of the words"));

    public void AddState(string text)
    {
        if (text.Length == 0) Add("state", "none");
        else AddMembers("state", JsonNode.Parse(text)!, withValues: true);
    }

    private void AddMembers(string path, JsonNode node, bool withValues)
    {
        switch (node)
        {
            // Kernel-specific statistics by name, and those of devices, which exist only once used.
            case JsonObject when path.EndsWith("memory.raw", StringComparison.Ordinal) || path.EndsWith("hugetlb", StringComparison.Ordinal) || path.EndsWith("blkio", StringComparison.Ordinal):
                Places[path] = "members";
                break;
            case JsonObject members:
                foreach ((string key, JsonNode? member) in members)
                {
                    // runc omits values of 0.
                    if (!withValues && key == "cache") continue;
                    if (member == null) Places[$"{path}.{key}"] = "null";
                    else AddMembers($"{path}.{key}", member, withValues);
                }
                break;
            case JsonArray elements when !withValues:
                Places[path] = elements.Count > 0 ? "array of " + elements[0]!.GetValueKind() : "array";
                break;
            default:
                string value = withValues ? node.ToString() : node.GetValueKind().ToString();
                if (path is "state.pid" or "list.pid" && value != "0") value = "{pid}";
                Add(path, value.Length == 0 ? "\"\"" : value);
                break;
        }
    }

    /// <summary>The differences: the place, and the text of each.</summary>
    public static IEnumerable<Difference> Compare(Outcome theirs, Outcome ours)
    {
        foreach (string place in theirs.Places.Keys.Union(ours.Places.Keys))
        {
            string their = theirs.Places.GetValueOrDefault(place, "nothing"), our = ours.Places.GetValueOrDefault(place, "nothing");
            var difference = new Difference(place.StartsWith("state", StringComparison.Ordinal) ? "state" : theirs.Verb, place, Line(their), Line(our));
            if (difference.Theirs != difference.Ours) yield return difference;
        }
    }

    // A row of the table is one line.
    private static string Line(string text) => Id().Replace(text.Trim('\n').Replace("\n", " ⏎ ", StringComparison.Ordinal).Replace("|", "¦", StringComparison.Ordinal), "{id}").Trim();

    public override string ToString() => string.Join(' ', _call.Arguments);

    [GeneratedRegex(@"^(.* version|[a-z]+:) .*$")]
    private static partial Regex VersionValue();

    [GeneratedRegex(@"\[\s*\d+(,\s*\d+)*\s*\]")]
    private static partial Regex Pids();

    [GeneratedRegex("\"ociVersion\":\"[^\"]*\",")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?<=""pid"":)\d+|(?<= )\d+(?= +(created|running|paused|stopped))")]
    private static partial Regex ListedPid();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();

    // Times of day, and numbers, whose width varies.
    [GeneratedRegex(@"\d\d:\d\d(:\d\d)?|\d+")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\{id\}\d+")]
    private static partial Regex Id();
}
