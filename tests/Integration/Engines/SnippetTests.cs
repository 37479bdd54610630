// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// README.md's three lines about engines equal those of docs/engines.md, which configure the engines of the tests.
/// </summary>
public class SnippetTests
{
    [Fact]
    public void Docker() => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Snippet.Of("docker")), JsonNode.Parse(Snippet.Of("docker", "README.md"))));

    [Fact]
    public void Others()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/engines.md"));
        string[] lines = [.. File.ReadLines(Path.Combine(Repository.Root, "README.md")).SkipWhile(line => line != "## Under an engine").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.Contains("ctr run", StringComparison.Ordinal) || line.StartsWith('[') || line.StartsWith("runtime_", StringComparison.Ordinal) || line.StartsWith("options", StringComparison.Ordinal))];
        Assert.True(lines.Length >= 7, "README.md tells of engines");
        Assert.All(lines, line => Assert.Contains(line.Trim(), page, StringComparison.Ordinal));
    }
}
