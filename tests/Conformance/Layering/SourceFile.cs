// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Runcs.Conformance.Layering;

/// <summary>A source file of the product, parsed.</summary>
internal sealed class SourceFile
{
    /// <param name="path">Relative to the repository.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest), path);
        string[] folders = path.Split('/')[..^1];
        (Layer, ExpectedNamespace) = folders switch
        {
            ["oci-spec", .. string[] below] => ("OciSpec", Join("Runcs.OciSpec", below)),
            ["src", "Native", .. string[] below] => ("Native", Join("Runcs.Native", below)),
            ["src", "Runtime", .. string[] below] => (below.FirstOrDefault(Entry), Join("Runcs", below)),
            _ => throw new InvalidOperationException($"{path} is in no layer"),
        };
    }

    /// <summary>The layer of src/Runtime/Program.cs.</summary>
    public const string Entry = "(entry)";

    public string Path { get; }

    public SyntaxTree Tree { get; }

    public string Layer { get; }

    public string ExpectedNamespace { get; }

    public string Namespace => string.Join(' ', Nodes<BaseNamespaceDeclarationSyntax>().Select(node => node.Name.ToString()));

    /// <summary>The names of the types directly in the namespace.</summary>
    public IEnumerable<string> Types => Nodes<MemberDeclarationSyntax>().Where(node => node.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax)
        .Select(node => node switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            DelegateDeclarationSyntax type => type.Identifier.Text,
            _ => null,
        }).OfType<string>();

    /// <summary>The file's name up to the first dot: the other words of a partial type's file name its part.</summary>
    public string ExpectedType => System.IO.Path.GetFileName(Path).Split('.')[0];

    public int Lines => Tree.GetText().Lines.Count - 1;

    /// <summary>The source without its comments.</summary>
    public string Code => string.Concat(Tree.GetRoot().DescendantTokens().Select(token => token.LeadingTrivia.Any(IsLineEnd) ? $"\n{token.Text}" : $" {token.Text}"));

    public static IEnumerable<SourceFile> Product() =>
        new[] { "oci-spec", "src" }.SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file))
            .Where(path => !path.Split('/').Any(folder => folder is "bin" or "obj"))
            .Order(StringComparer.Ordinal).Select(path => new SourceFile(path, File.ReadAllText(System.IO.Path.Combine(Repository.Root, path))));

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => Tree.GetRoot().DescendantNodes().OfType<T>();

    private static bool IsLineEnd(SyntaxTrivia trivia) => trivia.IsKind(SyntaxKind.EndOfLineTrivia);

    private static string Join(string root, string[] below) => string.Join('.', [root, .. below]);
}
