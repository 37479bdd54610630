// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Calls of crun: Podman's and CRI-O's through conmon, and people's, with the flags that runc does not have; and every kind of
/// wrong call. The exit codes are crun's.
/// </summary>
internal static class CrunCalls
{
    public static Session Session() => new("by hand", "", [.. Calls()]);

    private static IEnumerable<RecordedCall> Calls()
    {
        yield return Call(0, "--version");
        yield return Call(0, "-V") with { Arguments = ["-V"] };
        yield return Create(0, [], [], "{id1}", "sleep", "100");
        yield return Call(0, "state", "{id1}");
        yield return Call(0, "list", "-f", "json");
        yield return Call(0, "list", "-q");
        yield return Call(0, "list");
        yield return Create(1, [], [], "{id1}", "sleep", "100");
        yield return Call(0, "start", "{id1}");
        yield return Call(1, "start", "{id1}");
        yield return Call(0, "ps", "-f", "json", "{id1}");
        yield return Call(0, "ps", "--format=table", "{id1}");
        yield return Call(1, "ps", "-f", "yaml", "{id1}");
        yield return Call(0, "exec", "--detach", "--pid-file", "{pid-file}", "--cwd", "/proc", "--env", "A=b", "--user", "1000:1000", "{id1}", "/bin/sh", "-c", "true");
        yield return Call(0, "exec", "-d", "--pid-file", "{pid-file}", "--process", "{process}", "{id1}") with { Process = Process("sh", "-c", "true") };
        yield return Call(0, "exec", "-p", "{process}", "{id1}") with { Process = Process("sh", "-c", "echo $NAME; pwd") };
        yield return Call(5, "exec", "{id1}", "sh", "-c", "echo hi; exit 5");
        yield return Call(0, "exec", "--no-new-privs", "--cwd=/proc", "-u1000:1000", "-eA=b", "{id1}", "/bin/sh", "-c", "grep NoNewPrivs /proc/self/status; pwd; id -u; echo $A");
        yield return Call(0, "exec", "--cap", "CAP_CHOWN", "{id1}", "true");
        yield return Call(137, "exec", "{id1}", "sh", "-c", "kill -9 $$");
        yield return Call(255, "exec", "{id1}", "frobnicate");
        yield return Call(255, "exec", "{id1}", "/bin/frobnicate");
        yield return Call(255, "exec", "{id1}", "/etc/passwd");
        yield return Call(255, "exec", "--cwd", "/nowhere", "{id1}", "true");
        yield return Call(1, "exec", "{id2}", "true");
        yield return Call(0, "pause", "{id1}");
        yield return Call(1, "exec", "{id1}", "true");
        yield return Call(0, "resume", "{id1}");
        yield return Call(0, "update", "--memory", "100663296", "--memory-swap", "100663296", "{id1}");
        yield return Call(0, "update", "--pids-limit=50", "{id1}");
        yield return Call(0, "update", "-r", "{input}", "{id1}") with { Input = """{"pids":{"limit":40}}""" };
        yield return Call(1, "delete", "{id1}");
        yield return Call(1, "kill", "{id2}", "9");
        yield return Call(0, "kill", "{id1}", "0");
        yield return Call(0, "kill", "-a", "{id1}", "KILL");
        yield return Call(1, "kill", "{id1}", "15");
        yield return Call(1, "exec", "{id1}", "true");
        yield return Call(0, "state", "{id1}");
        yield return Call(0, "delete", "{id1}");
        yield return Call(1, "delete", "{id1}");
        yield return Call(0, "delete", "--force", "{id1}");
        yield return Call(1, "state", "{id1}");
        yield return Call(1, "pause", "{id1}");
        yield return Call(1, "resume", "{id1}");
        yield return Call(253, "ps", "{id1}");
        yield return Call(1, "state");
        yield return Call(1, "frobnicate");
        yield return Create(1, [], [], "{id3}", "frobnicate");
        yield return Create(1, [], [], "{id3}", "/bin/frobnicate");
        yield return Create(1, [], [], "{id3}", "/etc/passwd");

        yield return Create(0, ["--cgroup-manager=cgroupfs"], ["--no-new-keyring", "--no-pivot"], "{id4}", "sleep", "100");
        yield return Call(0, "kill", "--regex", "{id4}$", "KILL");
        yield return Call(0, "delete", "-fr", "^{id4}$");
        yield return Call(1, "state", "{id4}");
        yield return Create(0, ["--cgroup-manager", "disabled"], [], "{id5}", "sleep", "100");
        yield return Call(0, "start", "{id5}");
        yield return Call(0, "exec", "{id5}", "true");
        yield return Call(255, "ps", "{id5}");
        yield return Call(1, "update", "--pids-limit", "50", "{id5}");
        yield return Call(0, "kill", "{id5}", "KILL");
        yield return Call(0, "delete", "{id5}");
        yield return Create(3, [], [], "{id6}", "sh", "-c", "echo out; exit 3") with { Arguments = [.. Global, "run", "--bundle", "{bundle}", "{id6}"] };
        yield return Create(3, [], [], "{id6}", "sh", "-c", "echo out; exit 3") with { Arguments = [.. Global, "run", "-b{bundle}", "-f", "{bundle}/config.json", "{id6}"] };
        yield return Create(1, [], [], "{id6}", "true") with { Arguments = [.. Global, "run", "-b", "{bundle}", "--config={bundle}/none.json", "{id6}"] };
        yield return Create(1, ["--cgroup-manager=nobody"], [], "{id6}", "true");
        yield return Create(1, [], [], "{id6}", "true") with { Arguments = [.. Global, "create", "--bundle", "/nowhere", "{id6}"] };
    }

    private static string[] Global => ["--root", "{root}", "--log", "{log}", "--log-format", "json"];

    private static RecordedCall Call(int exit, params string[] arguments) => new([.. Global, .. arguments], exit);

    private static JsonObject Process(params string[] program) => new()
    {
        ["args"] = new JsonArray([.. program.Select(word => (JsonNode)word)]),
        ["cwd"] = "/proc",
        ["env"] = new JsonArray("PATH=/bin", "NAME=value"),
        ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
    };

    private static RecordedCall Create(int exit, string[] global, string[] flags, string id, params string[] program)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "default-config.json")))!;
        config["root"]!["path"] = "{rootfs}";
        config["process"]!["args"] = new JsonArray([.. program.Select(word => (JsonNode)word)]);
        config["linux"]!["cgroupsPath"] = "{cgroup}/" + id;
        return new([.. Global, .. global, "create", "--bundle", "{bundle}", "--pid-file", "{pid-file}", .. flags, id], exit) { Config = config };
    }
}
