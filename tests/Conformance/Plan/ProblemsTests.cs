// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;
using Runcs.Conformance.Cgroups;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Values;

namespace Runcs.Conformance.Plan;

/// <summary>One report of all problems of a config, without mere consequences of others.</summary>
public class ProblemsTests
{
    [Fact]
    public void Faults_of_the_document_and_of_the_config_come_together()
    {
        string[] problems = ProblemsOf("""
            {
              "ociVersion": "2.0.0",
              "hostname": "a-name-of-more-than-sixty-four-bytes-which-no-kernel-takes-as-its-own",
              "process": {"args": "sh", "cwd": "tmp", "rlimits": [{"type": "RLIMIT_CORE", "soft": 2, "hard": 1}, 1], "oomScoreAdj": 1001},
              "root": {"path": ""},
              "mounts": [{"destination": "/proc/self"}, {"destination": 5, "type": "tmpfs"}],
              "hooks": {"poststop": [{"path": "hook", "timeout": -1}]},
              "annotations": {"": "x"},
              "linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}, {"type": "uts"}], "resources": {"memory": {"limit": -7}}}
            }
            """);
        Assert.Equal(
            [
                "process.args: must be an array, got \"sh\"",
                "process.rlimits[1]: must be an object, got 1",
                "mounts[1].destination: must be a string, got 5",
                "ociVersion: must be a version 1.MINOR.PATCH (SemVer 2.0.0), got \"2.0.0\"",
                "hostname: must be at most 64 bytes long, got 69",
                "annotations: a key must not be empty",
                "hooks.poststop[0].path: must be an absolute path, got \"hook\"",
                "hooks.poststop[0].timeout: must be greater than zero, got -1",
                "linux.namespaces[2].type: the namespace \"uts\" is listed twice",
                "process.cwd: must be an absolute path, got \"tmp\"",
                "process.oomScoreAdj: must be from -1000 to 1000, got 1001",
                "process.rlimits[0].soft: must not be above hard, got 2 above 1",
                "root.path: is required",
            ],
            problems.Where(problem => !problem.StartsWith("mounts[0]", StringComparison.Ordinal) && !problem.StartsWith("linux.resources", StringComparison.Ordinal)));
        Assert.Contains(problems, problem => problem.StartsWith("mounts[0]", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("linux.resources.memory.limit", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"ociVersion": "1.0.0", "root": {"path": "r"}, "linux": {"namespaces": [{"type": "mount"}]}}""", "process: is required to start a container")]
    [InlineData("""{"ociVersion": "1.0.0", "process": {"args": ["a"], "cwd": "/"}, "linux": {"namespaces": [{"type": "mount"}]}}""", "root: is required")]
    [InlineData("""{"ociVersion": "1.0.0", "root": {"path": "r"}, "process": 1, "linux": {"namespaces": [{"type": "mount"}]}}""", "process: must be an object, got 1")]
    [InlineData("""{"ociVersion": 1, "root": {"path": "r"}, "process": {"args": ["a"], "cwd": "/"}, "linux": {"namespaces": [{"type": "mount"}]}}""", "ociVersion: must be a string, got 1")]
    [InlineData("""{"ociVersion": "1.0.0", "hostname": "a", "root": {"path": "r"}, "process": {"args": ["a"], "cwd": "/"}, "linux": {"namespaces": 1}}""", "linux.namespaces: must be an array, got 1")]
    [InlineData("[]", "must be an object, got an array")]
    public void Consequences_of_a_problem_are_not_reported(string document, string expected) =>
        Assert.Equal([expected], ProblemsOf(document));

    [Theory]
    [Requirement("config/ociversion", "config/root-path", "config/cwd", "config/rlimit-type", "config/annotations-empty-key")]
    [InlineData("ociVersion", null, "ociVersion: is required")]
    [InlineData("ociVersion", "\"1.0\"", "ociVersion: must be a version 1.MINOR.PATCH (SemVer 2.0.0), got \"1.0\"")]
    [InlineData("root", "{}", "root.path: is required")]
    [InlineData("process", "{\"args\": [\"a\"]}", "process.cwd: must be an absolute path, got \"\"")]
    [InlineData("process", "{\"args\": [\"a\"], \"cwd\": \"/\", \"rlimits\": [{\"soft\": 1, \"hard\": 1}]}", "process.rlimits[0].type: is required")]
    [InlineData("annotations", "{\"\": \"a\"}", "annotations: a key must not be empty")]
    public void Missing_required_fields_are_reported(string member, string? value, string expected)
    {
        JsonNode config = JsonNode.Parse("""{"ociVersion": "1.3.0", "root": {"path": "r"}, "process": {"args": ["a"], "cwd": "/"}, "linux": {"namespaces": [{"type": "mount"}]}}""")!;
        Assert.Empty(ProblemsOf(config.ToJsonString()));
        config[member] = value == null ? null : JsonNode.Parse(value);
        Assert.Equal([expected], ProblemsOf(config.ToJsonString()));
    }

    [Theory]
    [InlineData("mounts[1].type: x", "mounts[1]", true)]
    [InlineData("mounts[1]: x", "mounts[1]", true)]
    [InlineData("mounts[10]: x", "mounts[1]", false)]
    [InlineData("process.args: x", "process", true)]
    [InlineData("processes: x", "process", false)]
    [InlineData("hostname: needs a uts namespace in linux.namespaces, or so", "linux.namespaces", true)]
    [InlineData("hostname: needs a uts namespace in linux.namespaces, or so", "linux", true)]
    [InlineData("hostname: needs a uts namespace in linux.namespaces, or so", "namespaces", false)]
    public void A_problem_names_a_place(string problem, string place, bool expected) => Assert.Equal(expected, Problems.Names(problem, place));

    [Fact]
    public void An_error_is_one_line_of_bounded_length()
    {
        List<string> many = [.. Enumerable.Range(0, 1000).Select(at => $"mounts[{at}]: bad")];
        string message = Problems.Refusal(many).Message;
        Assert.EndsWith("; mounts[99]: bad; and 900 more problems", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        string cut = Problems.Refusal([new string('a', 999) + "\U0001F600", "b"]).Message;
        Assert.Equal(new string('a', 999) + "...; b", cut);
    }

    internal static string[] ProblemsOf(string document)
    {
        byte[] text = Encoding.UTF8.GetBytes(document);
        Config config = Config.Read(text, null, out DocumentFault[] faults, out _);
        List<string> problems = [];
        ContainerPlan? plan = Planner.TryPlan(text, config, faults, "id", "/bundle", new HostFacts(Hosts.Hybrid, new RootfsFacts(), CallerFacts.OfRoot) { Starts = true }, problems, []);
        Assert.Equal(problems.Count == 0, plan != null);
        return [.. problems];
    }
}
