// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Runcs.Conformance.Layering;

/// <summary>The product's source as the compiler understands it: what each name stands for. Code that the build generates is not in it.</summary>
internal sealed class Product
{
    private static readonly Lazy<Product> _source = new(() => new Product([.. SourceFile.Product()]));

    private readonly CSharpCompilation _compilation;
    private readonly CallGraph _calls;

    private Product(IReadOnlyList<SourceFile> files)
    {
        Files = files;
        string[] framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':');
        _compilation = CSharpCompilation.Create("Product", files.Select(file => file.Tree),
            framework.Where(path => System.IO.Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)).Append(typeof(Tmds.Linux.LibC).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        _calls = new CallGraph(_compilation);
    }

    public static Product Source => _source.Value;

    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>The product with one file more.</summary>
    public Product With(string path, string text) => new([.. Files, new SourceFile(path, text)]);

    /// <summary>The layers that the names in a file stand for, itself among them.</summary>
    public IEnumerable<string> LayersUsedIn(SourceFile file)
    {
        SemanticModel model = _compilation.GetSemanticModel(file.Tree);
        return file.Nodes<SimpleNameSyntax>().SelectMany(name => Symbols(model, name)).Select(LayerOf).OfType<string>().Distinct();
    }

    /// <summary>The ways from members of a file to a system call, each as the members on it.</summary>
    public IEnumerable<string> WaysToSystemCalls(SourceFile file) => _calls.WaysToSystemCalls(file.Tree);

    internal static IEnumerable<ISymbol> Symbols(SemanticModel model, SyntaxNode node)
    {
        SymbolInfo info = model.GetSymbolInfo(node);
        return info.Symbol == null ? info.CandidateSymbols : [info.Symbol];
    }

    private static string? LayerOf(ISymbol symbol)
    {
        ISymbol? space = symbol is INamespaceSymbol ? symbol : symbol.ContainingNamespace;
        string[] names = space?.ToDisplayString().Split('.') ?? [];
        return names is ["Runcs", { } layer, ..] ? layer : null;
    }
}
