// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Conformance;

/// <summary>A source file of the product, read as text: enough to see its namespace and what it uses.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string file)
    {
        Path = System.IO.Path.GetRelativePath(Repository.Root, file);
        Code = Comment().Replace(File.ReadAllText(file), "");
        string[] folders = Path.Split('/')[..^1];
        (Layer, ExpectedNamespace) = folders switch
        {
            ["oci-spec", .. string[] below] => ("OciSpec", Join("Runcs.OciSpec", below)),
            ["src", "Native", .. string[] below] => ("Native", Join("Runcs.Native", below)),
            ["src", "Runtime", .. string[] below] => (below.FirstOrDefault("(entry)"), Join("Runcs", below)),
            _ => throw new InvalidOperationException($"{Path} is in no layer"),
        };
    }

    public string Path { get; }

    /// <summary>The text without its comments.</summary>
    public string Code { get; }

    public string Layer { get; }

    public string ExpectedNamespace { get; }

    public string Namespace => NamespaceLine().Match(Code).Groups[1].Value;

    public static IEnumerable<SourceFile> Product() =>
        Repository.Sources("*.cs").Where(file => !file.StartsWith(System.IO.Path.Combine(Repository.Root, "tests"), StringComparison.Ordinal)
            && !file.StartsWith(System.IO.Path.Combine(Repository.Root, "build"), StringComparison.Ordinal)
            && !file.StartsWith(System.IO.Path.Combine(Repository.Root, "bench"), StringComparison.Ordinal)).Select(file => new SourceFile(file));

    /// <summary>The layers that a using line or a full name names.</summary>
    public IEnumerable<string> Uses() =>
        Name().Matches(NamespaceLine().Replace(Code, "")).Select(match => match.Groups[1].Value).Distinct();

    private static string Join(string root, string[] below) => string.Join('.', [root, .. below]);

    [GeneratedRegex(@"^\s*//.*$|/\*.*?\*/|(?<=[;{}\s])//[^\n""]*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\bRuncs\.(\w+)")]
    private static partial Regex Name();
}
