// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Calls that engines make too rarely for the records, in the forms of go-runc, CRI-O and people; and every kind of wrong
/// call.
/// </summary>
internal static class DirectCalls
{
    public static Session Session() => new("by hand", "", [.. Calls()]);

    private static IEnumerable<RecordedCall> Calls()
    {
        yield return Call(0, "--version");
        yield return Create(0, "{id1}", "sleep", "100");
        yield return Call(0, "state", "{id1}");
        yield return Call(0, "list", "--format=json");
        yield return Call(0, "list", "-q");
        yield return Call(0, "list");
        yield return Create(1, "{id1}", "sleep", "100");
        yield return Call(255, "exec", "{id2}", "true");
        yield return Call(1, "delete", "{id2}");
        yield return Call(0, "start", "{id1}");
        yield return Call(1, "start", "{id1}");
        yield return Call(0, "ps", "--format", "json", "{id1}");
        yield return Call(0, "ps", "{id1}");
        yield return Call(0, "ps", "--format", "table", "{id1}", "-o", "pid,comm");
        yield return Call(1, "ps", "{id1}", "-o", "comm");
        yield return Call(1, "ps", "-f", "yaml", "{id1}");
        yield return Call(0, "exec", "--detach", "--pid-file", "{pid-file}", "--cwd", "/tmp", "--env", "A=b", "--user", "1000:1000", "{id1}", "sh", "-c", "true");
        yield return Call(5, "exec", "{id1}", "sh", "-c", "echo hi; exit 5");
        yield return Call(137, "exec", "{id1}", "sh", "-c", "kill -9 $$");
        yield return Call(255, "exec", "{id1}", "frobnicate");
        yield return Call(255, "exec", "{id1}", "/bin/frobnicate");
        yield return Call(255, "exec", "{id1}", "/etc/passwd");
        yield return Call(255, "exec", "{id1}", "/bin");
        yield return Call(255, "exec", "--cwd", "/nowhere", "{id1}", "true");
        yield return Call(0, "events", "--stats", "{id1}");
        yield return Call(1, "events", "--stats", "{id2}");
        yield return Call(0, "pause", "{id1}");
        yield return Call(1, "pause", "{id1}");
        yield return Call(255, "exec", "{id1}", "true");
        yield return Call(1, "delete", "{id1}");
        yield return Call(0, "ps", "--format", "json", "{id1}");
        yield return Call(0, "resume", "{id1}");
        yield return Call(1, "resume", "{id1}");
        yield return Call(0, "update", "--memory", "100663296", "--memory-swap", "100663296", "{id1}");
        yield return Call(0, "update", "--pids-limit", "50", "{id1}");
        yield return Call(0, "update", "--resources=-", "{id1}") with { Input = """{"cpu":{"shares":512}}""" };
        yield return Call(0, "update", "--resources={input}", "{id1}") with { Input = """{"pids":{"limit":40}}""" };
        yield return Call(1, "update", "--resources", "-", "{id1}") with { Input = "{" };
        yield return Call(1, "update", "--memory", "frob", "{id1}");
        yield return Call(1, "update", "--memory", "100663296", "{id2}");
        yield return Call(1, "kill", "{id2}", "9");
        yield return Call(0, "kill", "{id1}", "0");
        yield return Call(1, "delete", "{id1}");
        yield return Call(0, "kill", "{id1}", "KILL");
        yield return Call(1, "kill", "{id1}", "KILL");
        yield return Call(1, "kill", "{id1}", "15");
        yield return Call(255, "exec", "{id1}", "true");
        yield return Call(1, "start", "{id1}");
        yield return Call(1, "pause", "{id1}");
        yield return Call(1, "resume", "{id1}");
        yield return Call(0, "ps", "--format", "json", "{id1}");
        yield return Call(1, "events", "--stats", "{id1}");
        yield return Call(0, "state", "{id1}");
        yield return Call(0, "delete", "{id1}");
        yield return Call(1, "delete", "{id1}");
        yield return Call(0, "delete", "--force", "{id1}");
        yield return Call(1, "state", "{id1}");
        yield return Call(1, "pause", "{id1}");
        yield return Call(1, "resume", "{id1}");
        yield return Call(1, "ps", "--format", "json", "{id1}");
        yield return Call(1, "state", "../x");
        yield return Call(1, "state");
        yield return Call(1, "kill", "--frob", "x");
        yield return Call(3, "frobnicate");
        yield return Create(1, "{id3}", "frobnicate");
        yield return Create(1, "{id3}", "/bin/frobnicate");
        yield return Create(1, "{id3}", "/etc/passwd");
        yield return Create(0, "{id4}", "sleep", "100");
        yield return Call(0, "kill", "{id4}", "TERM");
        yield return Call(0, "state", "{id4}");
        yield return Call(1, "start", "{id4}");
        yield return Call(0, "delete", "{id4}");
        yield return Create(3, "{id5}", "sh", "-c", "echo out; exit 3") with { Arguments = [.. Global, "run", "--bundle", "{bundle}", "{id5}"] };
        yield return Create(1, "{id5}", "true") with { Arguments = [.. Global, "create", "--bundle", "/nowhere", "{id5}"] };
    }

    private static string[] Global => ["--root", "{root}", "--log", "{log}", "--log-format", "json"];

    private static RecordedCall Call(int exit, params string[] arguments) => new([.. Global, .. arguments], exit);

    private static RecordedCall Create(int exit, string id, params string[] program)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "default-config.json")))!;
        config["root"]!["path"] = "{rootfs}";
        config["process"]!["args"] = new JsonArray([.. program.Select(word => (JsonNode)word)]);
        config["linux"]!["cgroupsPath"] = "{cgroup}/" + id;
        return Call(exit, "create", "--bundle", "{bundle}", "--pid-file", "{pid-file}", id) with { Config = config };
    }
}
