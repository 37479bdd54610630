// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Conformance;

/// <summary>The files and test classes that the documentation names exist.</summary>
public partial class DocumentationTests
{
    private static readonly string[] _pages =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
        .. Repository.Sources("*.md"),
    ];

    private static readonly HashSet<string> _sources = [.. Repository.Sources("*.cs", "*.c", "*.sh", "*.props", "*.tbl", "*.ld")];

    [Fact]
    public void Links_lead_to_files() =>
        Assert.Equal("", Missing(Link(), (page, link) => link.StartsWith("http", StringComparison.Ordinal) || Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link))));

    [Fact]
    public void Source_files_exist() =>
        Assert.Equal("", Missing(SourceFile(), (_, file) => _sources.Any(source => source.EndsWith("/" + file, StringComparison.Ordinal)) || File.Exists(Path.Combine(Repository.Root, file))));

    [Fact]
    public void Test_classes_exist() =>
        Assert.Equal("", Missing(TestClass(), (_, name) => _sources.Any(source => source.EndsWith($"/{name}.cs", StringComparison.Ordinal))));

    private static string Missing(Regex named, Func<string, string, bool> exists) => string.Join('\n', _pages.SelectMany(page =>
        named.Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value).Where(name => !exists(page, name)).Select(name => $"{Path.GetRelativePath(Repository.Root, page)}: {name}")));

    [GeneratedRegex(@"\]\(([^)#\n]+)")]
    private static partial Regex Link();

    // Paths in the kernel's sources or in an engine's configuration have other forms.
    [GeneratedRegex(@"`((?:src/|oci-spec/|tests/|build/|[A-Z]\w*/)[\w./-]+\.(?:cs|c|sh|props|tbl)|[\w.]+\.(?:cs|c))`")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"`([A-Z]\w*Tests)`")]
    private static partial Regex TestClass();
}
