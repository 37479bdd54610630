// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Seccomp;

namespace Runcs.Conformance.Plan;

/// <summary><c>features</c> (features.md, features-linux.md) prints exactly what the readers and planners accept.</summary>
public partial class RecognizedTests
{
    private static readonly JsonNode _features = Written(Recognized.Features("1.3.0", new SeccompFacts(HasWaitKillable: true)));

    // Every member that the specification defines; [] stands for the elements, * for any key; followed by a pattern or a
    // type.
    private static readonly Dictionary<string, string> _schema = new(StringComparer.Ordinal)
    {
        ["ociVersionMin"] = @"^1\.\d+\.\d+$",
        ["ociVersionMax"] = @"^1\.\d+\.\d+$",
        ["hooks[]"] = "^(prestart|createRuntime|createContainer|startContainer|poststart|poststop)$",
        ["mountOptions[]"] = "^[A-Za-z._-]+$",
        ["linux.namespaces[]"] = "^(mount|pid|network|uts|ipc|user|cgroup|time)$",
        ["linux.capabilities[]"] = "^CAP_[A-Z_]+$",
        ["linux.cgroup.v1"] = "bool",
        ["linux.cgroup.v2"] = "bool",
        ["linux.cgroup.systemd"] = "bool",
        ["linux.cgroup.systemdUser"] = "bool",
        ["linux.cgroup.rdma"] = "bool",
        ["linux.seccomp.enabled"] = "bool",
        ["linux.seccomp.actions[]"] = "^SCMP_ACT_(KILL|KILL_PROCESS|KILL_THREAD|TRAP|ERRNO|TRACE|ALLOW|LOG|NOTIFY)$",
        ["linux.seccomp.operators[]"] = "^SCMP_CMP_(NE|LT|LE|EQ|GE|GT|MASKED_EQ)$",
        ["linux.seccomp.archs[]"] = "^SCMP_ARCH_(X86|X86_64|X32|ARM|AARCH64|LOONGARCH64|M68K|MIPS|MIPS64|MIPS64N32|MIPSEL|MIPSEL64|MIPSEL64N32"
            + "|PPC|PPC64|PPC64LE|S390|S390X|SH|SHEB|PARISC|PARISC64|RISCV64)$",
        ["linux.seccomp.knownFlags[]"] = "^SECCOMP_FILTER_FLAG_(TSYNC|LOG|SPEC_ALLOW|WAIT_KILLABLE_RECV)$",
        ["linux.seccomp.supportedFlags[]"] = "^SECCOMP_FILTER_FLAG_(TSYNC|LOG|SPEC_ALLOW|WAIT_KILLABLE_RECV)$",
        ["linux.apparmor.enabled"] = "bool",
        ["linux.selinux.enabled"] = "bool",
        ["linux.memoryPolicy.modes[]"] = "^MPOL_(DEFAULT|BIND|INTERLEAVE|WEIGHTED_INTERLEAVE|PREFERRED|PREFERRED_MANY|LOCAL)$",
        ["linux.memoryPolicy.flags[]"] = "^MPOL_F_(NUMA_BALANCING|RELATIVE_NODES|STATIC_NODES)$",
        ["linux.intelRdt.enabled"] = "bool",
        ["linux.intelRdt.schemata"] = "bool",
        ["linux.intelRdt.monitoring"] = "bool",
        ["linux.mountExtensions.idmap.enabled"] = "bool",
        ["linux.netDevices.enabled"] = "bool",
        ["annotations.*"] = "",
        ["potentiallyUnsafeConfigAnnotations[]"] = "^.",
    };

    [Fact]
    [Requirement("features/only-defined", "features/annotations")]
    public void Every_member_is_the_specifications_and_of_its_type()
    {
        Assert.Equal("", string.Join('\n', Leaves(_features, "").Where(leaf => !_schema.TryGetValue(leaf.Path, out string? rule) || !Fits(leaf.Value, rule)).Select(leaf => $"{leaf.Path}: {leaf.Value}")));
    }

    // runcs supports every value that the schema lists individually.
    [Fact]
    public void No_member_and_no_word_of_the_specification_is_missing()
    {
        ILookup<string, string> told = Leaves(_features, "").ToLookup(leaf => leaf.Path, leaf => leaf.Value.ToString());
        Assert.DoesNotContain(_schema.Keys, path => !told.Contains(path));
        foreach ((string path, string rule) in _schema.Where(entry => entry.Value.EndsWith(")$", StringComparison.Ordinal)))
        {
            Match words = Alternatives().Match(rule);
            Assert.Equal(words.Groups[2].Value.Split('|').Select(word => words.Groups[1].Value + word).Order(StringComparer.Ordinal), told[path].Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    [Requirement("features/build-time")]
    public void Only_the_supported_flags_depend_on_the_kernel()
    {
        JsonNode older = Written(Recognized.Features("1.3.0", new SeccompFacts()));
        string[] supported = Strings(older["linux"]!["seccomp"]!["supportedFlags"]!);
        Assert.Equal(Strings(_features["linux"]!["seccomp"]!["knownFlags"]!).Where(flag => flag != "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"), supported);
        older["linux"]!["seccomp"]!["supportedFlags"] = _features["linux"]!["seccomp"]!["supportedFlags"]!.DeepClone();
        Assert.Equal(_features.ToJsonString(), older.ToJsonString());
    }

    [Fact]
    [Requirement("features/null-is-not-empty")]
    public void Null_is_omitted_and_an_empty_list_is_printed()
    {
        Assert.Equal("""{"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0"}""", Written(new() { OciVersionMin = "1.0.0", OciVersionMax = "1.3.0" }).ToJsonString());
        var empty = new Features { Hooks = [], MountOptions = [], PotentiallyUnsafeConfigAnnotations = [], Linux = new() { Namespaces = [], Capabilities = [], Apparmor = false, MemoryPolicyModes = [] } };
        Assert.Equal("""{"ociVersionMin":"","ociVersionMax":"","hooks":[],"mountOptions":[],"linux":{"namespaces":[],"capabilities":[],"apparmor":{"enabled":false},"memoryPolicy":{"modes":[]}},"potentiallyUnsafeConfigAnnotations":[]}""",
            Written(empty).ToJsonString());
    }

    [Fact]
    [Requirement("features/min-version", "features/max-version", "features/max-not-below-min")]
    public void Both_versions_are_accepted_and_in_order()
    {
        string least = (string)_features["ociVersionMin"]!, most = (string)_features["ociVersionMax"]!;
        Assert.True(Version.Parse(least) < Version.Parse(most));
        foreach (string version in (string[])[least, most]) Plan(config => config["ociVersion"] = version);
    }

    [Fact]
    [Requirement("features-linux/namespaces", "features-linux/capabilities", "features-linux/memory-policy-modes",
        "features-linux/memory-policy-flags")]
    public void A_config_with_all_that_is_listed_has_a_plan_and_no_warning()
    {
        JsonNode linux = _features["linux"]!;
        foreach (JsonNode? type in linux["namespaces"]!.AsArray())
        {
            Plan(config =>
            {
                config["linux"]!["namespaces"] = Namespaces((string)type!);
                if ((string)type! != "user") return;
                foreach (string map in (string[])["uidMappings", "gidMappings"])
                    config["linux"]![map] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 1000, ["size"] = 65536 });
            });
        }
        Plan(config =>
        {
            foreach (string set in (string[])["bounding", "effective", "permitted", "inheritable", "ambient"])
                config["process"]!["capabilities"]![set] = linux["capabilities"]!.DeepClone();
        });
        foreach (JsonNode? mode in linux["memoryPolicy"]!["modes"]!.AsArray())
            Plan(config => config["linux"]!["memoryPolicy"] = new JsonObject { ["mode"] = (string)mode!, ["nodes"] = (string)mode! is "MPOL_DEFAULT" or "MPOL_LOCAL" ? "" : "0" });
        foreach (JsonNode? flag in linux["memoryPolicy"]!["flags"]!.AsArray())
            Plan(config => config["linux"]!["memoryPolicy"] = new JsonObject { ["mode"] = "MPOL_BIND", ["nodes"] = "0", ["flags"] = new JsonArray((string)flag!) });
    }

    [Fact]
    [Requirement("features-linux/seccomp-actions", "features-linux/seccomp-operators", "features-linux/seccomp-archs",
        "features-linux/seccomp-known-flags")]
    public void A_profile_may_have_every_word_that_is_listed()
    {
        JsonNode words = _features["linux"]!["seccomp"]!;
        foreach (string action in Strings(words["actions"]!)) Plan(config => config["linux"]!["seccomp"] = Profile(action, "SCMP_CMP_EQ"));
        foreach (string op in Strings(words["operators"]!)) Plan(config => config["linux"]!["seccomp"] = Profile("SCMP_ACT_ERRNO", op));
        Plan(config =>
        {
            JsonNode profile = Profile("SCMP_ACT_NOTIFY", "SCMP_CMP_EQ");
            profile["architectures"] = words["archs"]!.DeepClone();
            profile["flags"] = words["knownFlags"]!.DeepClone();
            config["linux"]!["seccomp"] = profile;
        });
    }

    [Fact]
    [Requirement("features/mount-options", "features/mount-options-not-data")]
    public void The_mount_options_are_those_of_the_table_and_in_order()
    {
        string[] words = Strings(_features["mountOptions"]!);
        Assert.Equal(words.Distinct().Order(StringComparer.Ordinal), words);
        Assert.Contains("rnosymfollow", words);
        Assert.DoesNotContain(words, word => MountOption.Find(word).Kind == MountOptionKind.FileSystem);
    }

    [Fact]
    [Requirement("features/hooks")]
    public void The_hooks_are_those_that_are_read()
    {
        var kinds = new JsonObject();
        foreach (string kind in Strings(_features["hooks"]!)) kinds[kind] = new JsonArray(new JsonObject { ["path"] = "/" + kind });
        Runcs.OciSpec.Hooks read = Config.Read(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["ociVersion"] = "1.0.0", ["hooks"] = kinds })).Hooks!;
        JsonText json = JsonText.Compact();
        read.Write(json);
        Assert.Equal(kinds.ToJsonString(), JsonNode.Parse(json.ToArray())!.ToJsonString());
        Assert.Equal(typeof(Runcs.OciSpec.Hooks).GetProperties().Length, kinds.Count);
    }

    [Fact]
    [Requirement("features-linux/idmap-enabled")]
    public void Id_mapped_mounts_are_listed() => Assert.True((bool)_features["linux"]!["mountExtensions"]!["idmap"]!["enabled"]!);

    private static void Plan(Action<JsonNode> edit)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Conformance/Plan/Engines/containerd.json")))!;
        edit(config);
        byte[] document = JsonSerializer.SerializeToUtf8Bytes(config);
        List<string> warnings = [];
        Plans.Of(document, Config.Read(document), warnings);
        Assert.Empty(warnings);
    }

    private static JsonArray Namespaces(string type)
    {
        JsonArray all = [new JsonObject { ["type"] = "mount" }, new JsonObject { ["type"] = "uts" }];
        if (type is not ("mount" or "uts")) all.Add(new JsonObject { ["type"] = type });
        return all;
    }

    private static JsonObject Profile(string action, string op) => new()
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["listenerPath"] = action == "SCMP_ACT_NOTIFY" ? "/agent" : "",
        ["syscalls"] = new JsonArray(new JsonObject
        {
            ["names"] = new JsonArray("mkdir"),
            ["action"] = action,
            ["args"] = new JsonArray(new JsonObject { ["index"] = 0, ["value"] = 1, ["op"] = op }),
        }),
    };

    private static JsonNode Written(Features features)
    {
        JsonText json = JsonText.Indented(4);
        features.Write(json);
        return JsonNode.Parse(json.ToArray())!;
    }

    private static string[] Strings(JsonNode array) => [.. array.AsArray().Select(item => (string)item!)];

    private static IEnumerable<(string Path, JsonNode Value)> Leaves(JsonNode node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(member.Value!, path == "annotations" ? "annotations.*" : path.Length == 0 ? member.Key : $"{path}.{member.Key}")),
        JsonArray elements => elements.SelectMany(element => Leaves(element!, path + "[]")),
        _ => [(path, node)],
    };

    private static bool Fits(JsonNode value, string rule) => rule == "bool"
        ? value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
        : value.GetValueKind() == JsonValueKind.String && Regex.IsMatch((string)value!, rule);

    [GeneratedRegex(@"^\^([A-Z_]*)\((.+)\)\$$")]
    private static partial Regex Alternatives();
}
