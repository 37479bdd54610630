// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// The output of <c>features</c>, as engines request it. tests/Conformance/Plan/RecognizedTests.cs covers the rest of it.
/// </summary>
public class FeaturesTests
{
    public FeaturesTests() => Requires.Root();

    [Fact]
    public void The_document_is_indented_as_runcs()
    {
        Result result = Command.Run(RuntimeUnderTest.Executable, "features").Ok();
        Assert.Equal("", result.Stderr);
        Assert.StartsWith("{\n    \"ociVersionMin\": \"1.0.0\",\n    \"ociVersionMax\": \"1.", result.Stdout, StringComparison.Ordinal);
        Assert.EndsWith("\n}\n", result.Stdout, StringComparison.Ordinal);
        JsonNode features = JsonNode.Parse(result.Stdout)!;
        // The members that CRI-O checks before it uses them.
        Assert.Contains("rro", features["mountOptions"]!.AsArray().Select(option => (string)option!));
    }

    // Except acl and noacl, which are parameters of file systems: runcs passes them on, and features.md excludes them
    // here.
    [Fact]
    public void Everything_that_runc_prints_is_present()
    {
        Requires.Runcs();
        Requires.Program("runc");
        JsonNode theirs = JsonNode.Parse(Command.Run("runc", "features").Ok().Stdout)!, ours = Features();
        foreach (string path in (string[])["hooks", "mountOptions", "linux.namespaces", "linux.capabilities", "linux.seccomp.actions", "linux.seccomp.operators", "linux.seccomp.archs"])
        {
            JsonNode? mine = ours, other = theirs;
            foreach (string member in path.Split('.')) (mine, other) = (mine![member], other![member]);
            Assert.Empty(other!.AsArray().Select(item => (string)item!).Except(mine!.AsArray().Select(item => (string)item!)).Except(["acl", "noacl"]));
        }
    }

    [Fact]
    [Requirement("features-linux/seccomp-supported-flags")]
    public void The_supported_flags_have_their_effect_here()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Linux["seccomp"] = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            // This one is for profiles with a listener.
            ["flags"] = new JsonArray([.. Features()["linux"]!["seccomp"]!["supportedFlags"]!.AsArray().Select(flag => (string)flag!)
                .Where(flag => flag != "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV").Select(flag => (JsonNode)flag)]),
        };
        container.Bundle.Args("/bin/grep", "Seccomp:", "/proc/self/status");
        Assert.Equal("Seccomp:\t2\n", container.Run().Ok().Stdout);
    }

    private static JsonNode Features() => JsonNode.Parse(Command.Run(RuntimeUnderTest.Executable, "features").Ok().Stdout)!;
}
