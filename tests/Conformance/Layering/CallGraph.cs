// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Runcs.Conformance.Layering;

/// <summary>
/// Which member of the product uses which, according to the source: calls, constructors, properties, and for a virtual
/// member all its overrides. A system call is a member with LibraryImport or DllImport, or a function of Tmds.LibC.
/// </summary>
internal sealed class CallGraph(CSharpCompilation compilation)
{
    private readonly Dictionary<ISymbol, List<ISymbol>> _uses = new(SymbolEqualityComparer.Default);
    private readonly Lazy<ILookup<ISymbol, ISymbol>> _overrides = new(() => FindOverrides(compilation));

    public IEnumerable<string> WaysToSystemCalls(SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(IsMember))
        {
            foreach (ISymbol member in Declared(model, node))
            {
                if (FindWay(member) is { } way) yield return string.Join(" -> ", way.Select(step => step.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)));
            }
        }
    }

    private List<ISymbol>? FindWay(ISymbol from)
    {
        var before = new Dictionary<ISymbol, ISymbol?>(SymbolEqualityComparer.Default) { [from] = null };
        var next = new Queue<ISymbol>([from]);
        while (next.TryDequeue(out ISymbol? member))
        {
            if (IsSystemCall(member)) return WayTo(member, before);
            foreach (ISymbol used in Uses(member))
            {
                if (before.TryAdd(used, member)) next.Enqueue(used);
            }
        }
        return null;
    }

    private static List<ISymbol> WayTo(ISymbol member, Dictionary<ISymbol, ISymbol?> before)
    {
        var way = new List<ISymbol>();
        for (ISymbol? step = member; step != null; step = before[step]) way.Insert(0, step);
        return way;
    }

    private static bool IsSystemCall(ISymbol member) =>
        IsOfLibC(member) || (member is IMethodSymbol && member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name is "LibraryImportAttribute" or "DllImportAttribute"));

    private static bool IsOfLibC(ISymbol member) => member is IMethodSymbol { ContainingType: { Name: "LibC", ContainingNamespace.Name: "Linux" } };

    private List<ISymbol> Uses(ISymbol member)
    {
        if (_uses.TryGetValue(member, out List<ISymbol>? known)) return known;
        var found = new List<ISymbol>(_overrides.Value[member]);
        foreach (SyntaxReference reference in member.DeclaringSyntaxReferences)
        {
            SyntaxNode node = reference.GetSyntax();
            SemanticModel model = compilation.GetSemanticModel(node.SyntaxTree);
            // A type represents its field initializers, which run with its constructors.
            IEnumerable<SyntaxNode> parts = node is TypeDeclarationSyntax type ? type.Members.Where(IsInitialized).SelectMany(part => part.DescendantNodes()) : node.DescendantNodes();
            foreach (SyntaxNode part in parts.Where(part => part is SimpleNameSyntax or BaseObjectCreationExpressionSyntax or ConstructorInitializerSyntax))
                found.AddRange(Product.Symbols(model, part).Select(Original).OfType<ISymbol>());
        }
        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor) found.Add(constructor.ContainingType);
        return _uses[member] = found;
    }

    private static bool IsInitialized(MemberDeclarationSyntax member) => member is FieldDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null };

    // A type is only a name here, and code outside of the source makes no system call of ours.
    private static ISymbol? Original(ISymbol symbol)
    {
        ISymbol original = symbol is IMethodSymbol { ReducedFrom: { } reduced } ? reduced.OriginalDefinition : symbol.OriginalDefinition;
        return IsOfLibC(original) || (original is IMethodSymbol or IPropertySymbol or IFieldSymbol && original.DeclaringSyntaxReferences.Length > 0) ? original : null;
    }

    private static bool IsMember(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax };

    private static IEnumerable<ISymbol> Declared(SemanticModel model, SyntaxNode node) => model.GetDeclaredSymbol(node) is { } symbol ? [symbol] : [];

    private static ILookup<ISymbol, ISymbol> FindOverrides(CSharpCompilation compilation)
    {
        var found = new List<(ISymbol Base, ISymbol Override)>();
        foreach (INamedTypeSymbol type in compilation.SyntaxTrees.SelectMany(tree => Types(compilation.GetSemanticModel(tree))))
        {
            foreach (ISymbol member in type.GetMembers())
            {
                ISymbol? overridden = member switch { IMethodSymbol method => method.OverriddenMethod, IPropertySymbol property => property.OverriddenProperty, _ => null };
                if (overridden != null) found.Add((overridden.OriginalDefinition, member));
            }
            foreach (ISymbol member in type.AllInterfaces.SelectMany(face => face.GetMembers()))
            {
                if (member.DeclaringSyntaxReferences.Length > 0 && type.FindImplementationForInterfaceMember(member) is { } implementation)
                    found.Add((member.OriginalDefinition, implementation));
            }
        }
        return found.ToLookup(pair => pair.Base, pair => pair.Override, SymbolEqualityComparer.Default);
    }

    private static IEnumerable<INamedTypeSymbol> Types(SemanticModel model) =>
        model.SyntaxTree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>().Select(node => model.GetDeclaredSymbol(node)).OfType<INamedTypeSymbol>();
}
