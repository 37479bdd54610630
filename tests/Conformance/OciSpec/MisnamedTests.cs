// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.OciSpec;

/// <summary>Members in the wrong case or misspelled: ignored, and reported with the name that was meant.</summary>
public class MisnamedTests
{
    public static TheoryData<string> Types =>
        [.. typeof(DocumentObject).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DocumentObject))).Select(type => type.Name)];

    // The names come from the writer, which may omit empty members.
    [Theory]
    [MemberData(nameof(Types))]
    public void Each_name_of_each_type_is_found_in_another_case(string type)
    {
        var empty = (DocumentObject)Activator.CreateInstance(typeof(DocumentObject).Assembly.GetType($"Runcs.OciSpec.{type}")!)!;
        string[] properties = [.. empty.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name))];
        List<string> names = JsonText.NamesOf(empty);
        Assert.Equal(properties.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        foreach (string name in names)
        {
            Assert.Equal(name, NearName.Find(name.ToUpperInvariant(), names));
            Assert.Equal(name, NearName.Find(name.ToLowerInvariant(), names));
        }
    }

    // The whole of config.json, with each member in capital letters in turn.
    [Fact]
    public void Each_member_of_a_config_is_named_with_its_place()
    {
        var filled = FilledDocument.Create<Config>();
        JsonNode document = JsonNode.Parse(filled.WriteCompact())!;
        var places = new List<(string Path, string Name)>();
        Collect(document, "", places);
        Assert.True(places.Count > 150, $"only {places.Count} members");
        foreach ((string path, string name) in places)
        {
            byte[] text = Encoding.UTF8.GetBytes(WithCapitals(document, path, name));
            Config.Read(text, null, out _, out DocumentFault[] misnamed);
            Assert.Equal($"did you mean \"{name}\"?", Assert.Single(misnamed).Problem.Split(": ")[^1]);
            Assert.Equal(path.Length == 0 ? name.ToUpperInvariant() : $"{path}.{name.ToUpperInvariant()}", misnamed[0].Path);
        }
    }

    [Theory]
    [InlineData("""{"process": {"Args": ["sh"]}}""", "process.Args: is not known, and ignored: did you mean \"args\"?")]
    [InlineData("""{"root": {"readOnly": true}}""", "root.readOnly: is not known, and ignored: did you mean \"readonly\"?")]
    [InlineData("""{"linux": {"resources": {"hugepageLimits": [{"limit": 1}, {"pagesize": "2MB"}]}}}""",
        "linux.resources.hugepageLimits[1].pagesize: is not known, and ignored: did you mean \"pageSize\"?")]
    [InlineData("""{"process": {"no_new_privileges": true, "Env": [], "rlimit": []}}""",
        "process.no_new_privileges: is not known, and ignored: did you mean \"noNewPrivileges\"?; process.Env: is not known, and ignored: did you mean \"env\"?; process.rlimit: is not known, and ignored: did you mean \"rlimits\"?")]
    [InlineData("""{"linux": {"rootfsPropogation": "shared", "maskPaths": [], "seccomp": {"defaultActoin": "a"}}}""",
        "linux.rootfsPropogation: is not known, and ignored: did you mean \"rootfsPropagation\"?; linux.maskPaths: is not known, and ignored: did you mean \"maskedPaths\"?; linux.seccomp.defaultActoin: is not known, and ignored: did you mean \"defaultAction\"?")]
    // Free names: keys of maps, other platforms, extensions, and their contents.
    [InlineData("""{"annotations": {"Args": "x"}, "linux": {"sysctl": {"Kernel": "x"}, "resources": {"unified": {"Memory": "1"}}}}""", "")]
    [InlineData("""{"windows": {"Args": 1}, "vm": {"Process": {"Args": 1}}, "solaris": {}, "zos": {}, "freebsd": {}, "x-mine": {"Process": 1}}""", "")]
    [InlineData("""{"process": {"commandLine": "x", "user": {"username": "x"}}, "linux": {"future": 1}}""", "")]
    public void A_near_name_is_named_with_its_place(string document, string expected)
    {
        Config.Read(Encoding.UTF8.GetBytes(document), null, out _, out DocumentFault[] misnamed);
        Assert.Equal(expected, string.Join("; ", (object[])misnamed));
    }

    [Fact]
    public void Misnamed_members_are_added_to_the_faults() => Assert.Equal(
        "args: must be an array, got 1; Cwd: is not known, and ignored: did you mean \"cwd\"?",
        Assert.Throws<OciDocumentException>(() => Process.Read("""{"Cwd": "/", "args": 1}"""u8, out _)).Message);

    [Theory]
    [InlineData("uid", new[] { "gid", "umask" }, null)]
    [InlineData("argsargsargsargsargsargsargsargsargsargsargs", new[] { "args" }, null)]
    [InlineData("mount", new[] { "mounts", "Mount" }, "Mount")]
    [InlineData("", new[] { "op" }, null)]
    [InlineData("strat", new[] { "start", "state", "stats" }, "start")]
    public void The_nearest_name_is_suggested_unless_it_is_too_different(string name, string[] known, string? expected) => Assert.Equal(expected, NearName.Find(name, known));

    private static void Collect(JsonNode? node, string path, List<(string, string)> places)
    {
        if (node is JsonArray array)
            Collect(array[0], path + "[0]", places);
        if (node is not JsonObject target || target.Any(member => member.Key.StartsWith("key.", StringComparison.Ordinal)))
            return;
        foreach ((string name, JsonNode? value) in target)
        {
            places.Add((path, name));
            Collect(value, path.Length == 0 ? name : $"{path}.{name}", places);
        }
    }

    private static string WithCapitals(JsonNode document, string path, string name)
    {
        JsonNode copy = document.DeepClone(), target = copy;
        foreach (string step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            target = step.EndsWith("[0]", StringComparison.Ordinal) ? target[step[..^3]]![0]! : target[step]!;
        JsonNode? value = target[name];
        ((JsonObject)target).Remove(name);
        target[name.ToUpperInvariant()] = value;
        return copy.ToJsonString();
    }
}
