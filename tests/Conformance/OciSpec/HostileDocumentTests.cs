// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;
using Runcs.Conformance.Cgroups;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Values;

namespace Runcs.Conformance.OciSpec;

/// <summary>
/// Any document is either read and planned, or refused with a message. Integration's CheckTests check that the program
/// itself neither crashes nor hangs on the same documents.
/// </summary>
public class HostileDocumentTests
{
    private const int Rounds = 4_000;

    // Values that may replace any value.
    private static readonly string[] _values =
    [
        "null", "true", "0", "-1", "1.5", "1e3", "4294967295", "4294967296", "-9223372036854775808", "9223372036854775807", "18446744073709551615",
        "\"\"", "\"a\"", "\"/\"", "\"/proc\"", "\"..\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\u00e9\"", "\"=\"", "\"bind\"", "\"RLIMIT_CPU\"", "\"c\"", "\"a:b:c\"",
        "[]", "[null]", "[\"\"]", "[\"a\", \"a\"]", "[[]]", "[1, \"a\", {}]", "{}", "{\"\": \"\"}", "{\"a\": 1}", "{\"type\": \"user\"}", "[{}, {}]", "[{\"type\": \"time\"}, {\"type\": \"time\", \"path\": \"/x\"}]",
    ];

    // The values of enumerations, so that planning continues after them.
    private static readonly string[] _words =
    [
        "mount", "user", "time", "network", "uts", "ipc", "pid", "cgroup", "tmpfs", "proc", "bind", "rbind", "ro", "SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY", "SCMP_CMP_MASKED_EQ",
        "SCMP_ARCH_X86_64", "SCHED_DEADLINE", "IOPRIO_CLASS_RT", "LINUX32", "MPOL_BIND", "0-3", "2MB", "b", "u", "p", "rwm", "shared", "CAP_SYS_ADMIN", "RLIMIT_NOFILE", "read", "1.2.0", "/a",
    ];

    // The largest are only for the program, which has a memory limit.
    public static TheoryData<string> Documents => [.. HostileDocuments.Names.Where(name => !name.StartsWith("as_many_", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_is_planned_or_refused(string name) => ReadAndPlan(HostileDocuments.Get(name));

    [Fact]
    public void A_config_with_any_values_is_planned_or_refused_and_survives_being_written()
    {
        JsonText filled = JsonText.Compact();
        FilledDocument.Create<Config>().Write(filled);
        string[] sources = [Encoding.UTF8.GetString(filled.Written), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "default-config.json"))];
        var random = new Random(20);
        int planned = 0, faulty = 0;
        for (int round = 0; round < Rounds; round++)
        {
            JsonNode document = JsonNode.Parse(sources[round % 2])!;
            for (int change = random.Next(1, 6); change > 0; change--) Change(document, random);
            byte[] text = Encoding.UTF8.GetBytes(document.ToJsonString());
            (bool hasFaults, bool hasPlan) = ReadAndPlan(text);
            planned += hasPlan ? 1 : 0;
            faulty += hasFaults ? 1 : 0;
        }
        // The changes must be neither too wild nor too tame to test anything.
        Assert.InRange(planned, Rounds / 100, Rounds / 2);
        Assert.InRange(faulty, Rounds / 10, Rounds - (Rounds / 10));
    }

    private static (bool HasFaults, bool HasPlan) ReadAndPlan(byte[] document)
    {
        Config config;
        DocumentFault[] faults;
        var notes = new DocumentNotes();
        try
        {
            config = Config.Read(document, notes, out faults, out _);
        }
        catch (OciDocumentException fault)
        {
            Assert.NotEmpty(fault.Problem);
            return (true, false);
        }
        notes.In(document);
        Assert.DoesNotContain(faults, fault => fault.Problem.Length == 0);
        if (faults.Length == 0) AssertSurvivesWriting(config);
        bool hasPlan = false;
        foreach (Runcs.Cgroups.CgroupFacts cgroups in (Runcs.Cgroups.CgroupFacts[])[Hosts.Hybrid, Hosts.Unified])
        {
            List<string> problems = [];
            ContainerPlan? plan = Planner.TryPlan(document, config, faults, "id", "/bundle", new HostFacts(cgroups, new RootfsFacts(), CallerFacts.OfRoot), problems, []);
            Assert.Equal(problems.Count == 0, plan != null);
            Assert.DoesNotContain(problems, problem => problem.Length == 0);
            hasPlan |= plan?.Describe().Length > 0;
        }
        return (faults.Length > 0, hasPlan);
    }

    private static void AssertSurvivesWriting(Config config)
    {
        JsonText first = JsonText.Compact(), second = JsonText.Compact();
        config.Write(first);
        Config.Read(first.Written).Write(second);
        Assert.True(first.Written.SequenceEqual(second.Written));
    }

    private static void Change(JsonNode document, Random random)
    {
        var places = new List<JsonNode>();
        Collect(document, places);
        JsonNode place = places[random.Next(places.Count)];
        string text = random.Next(3) == 0 ? "\"" + _words[random.Next(_words.Length)] + "\"" : _values[random.Next(_values.Length)];
        if (place is JsonObject parent && parent.Count > 0)
        {
            string key = parent.ElementAt(random.Next(parent.Count)).Key;
            if (random.Next(5) == 0) parent.Remove(key);
            else parent[key] = Value(text);
        }
        else if (place is JsonArray list && list.Count > 0)
        {
            int at = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0: list.RemoveAt(at); break;
                case 1: list.Add(list[at]?.DeepClone()); break;
                default: list[at] = Value(text); break;
            }
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is not (JsonObject or JsonArray)) return;
        places.Add(node);
        IEnumerable<JsonNode?> inner = node is JsonObject parent ? parent.Select(member => member.Value) : (JsonArray)node;
        foreach (JsonNode? next in inner) Collect(next, places);
    }

    // A lone surrogate cannot be parsed as a node; the corpus covers it.
    private static JsonNode? Value(string text) => text.Contains("ud800", StringComparison.Ordinal) ? "\uFFFD" : JsonNode.Parse(text);
}
