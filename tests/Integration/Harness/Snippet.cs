// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// The configuration recommended in docs/engines.md: the tests give it to the engine unchanged, so that it stays correct.
/// A snippet is the fenced block after the line &lt;!-- snippet: NAME --&gt;.
/// </summary>
internal static class Snippet
{
    private const string Installed = "/usr/local/bin/runcs";

    /// <summary>The snippet, with the runtime under test (or another program) in place of the installed runcs.</summary>
    public static string Of(string name, string document = "docs/engines.md", string? executable = null, string installed = Installed)
    {
        string[] lines = [.. File.ReadLines(Path.Combine(Repository.Root, document))
            .SkipWhile(line => line.Trim() != $"<!-- snippet: {name} -->").SkipWhile(line => !line.StartsWith("```", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("```", StringComparison.Ordinal))];
        Assert.True(lines.Length > 0, $"{document} has no snippet {name}");
        string text = string.Join('\n', lines) + "\n";
        Assert.Contains(installed, text, StringComparison.Ordinal);
        return text.Replace(installed, executable ?? RuntimeUnderTest.Executable, StringComparison.Ordinal);
    }
}
