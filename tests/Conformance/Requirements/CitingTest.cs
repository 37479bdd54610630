// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Xunit.v3;

namespace Runcs.Conformance.Requirements;

/// <summary>A test that names rows of the table. Those of tests/Integration are read from its assembly.</summary>
internal sealed record CitingTest(string Name, string[] Ids, bool OnAnyRuntime)
{
    public static CitingTest[] All { get; } = [.. new[] { typeof(CitingTest).Assembly, Integration() }.SelectMany(assembly => assembly.GetTypes()).SelectMany(Of)];

    /// <summary>Rows named by members that are not tests.</summary>
    public static string[] Strays { get; } =
        [.. new[] { typeof(CitingTest).Assembly, Integration() }.SelectMany(assembly => assembly.GetTypes()).SelectMany(StraysOf)];

    public bool Holds(Requirement requirement) =>
        Ids.Any(id => id.EndsWith('*') ? requirement.Id.StartsWith(id[..^1], StringComparison.Ordinal) : requirement.Id == id);

    private static Assembly Integration() => Assembly.LoadFrom(
        Path.Combine(AppContext.BaseDirectory.Replace("/tests/Conformance/", "/tests/Integration/", StringComparison.Ordinal), "Integration.dll"));

    private static IEnumerable<CitingTest> Of(Type type) => Tests(type)
        .Select(method => new CitingTest($"{type.Name}.{method.Name}", [.. Cited(type), .. Cited(method)], IsOnAnyRuntime(type) || IsOnAnyRuntime(method)))
        .Where(test => test.Ids.Length > 0);

    private static IEnumerable<string> StraysOf(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Except(Tests(type)).Where(method => Cited(method).Any()).Select(method => $"{type.Name}.{method.Name}")
        .Concat(Cited(type).Any() && !Tests(type).Any() ? [type.Name] : []);

    private static IEnumerable<MethodInfo> Tests(Type type) =>
        type.GetMethods().Where(method => method.GetCustomAttributesData().Any(data => typeof(IFactAttribute).IsAssignableFrom(data.AttributeType)));

    // The harness is compiled into both programs, so its attributes are two types with one name.
    private static IEnumerable<string> Cited(MemberInfo member) => member.GetCustomAttributesData()
        .Where(data => data.AttributeType.Name == nameof(RequirementAttribute))
        .SelectMany(data => ((IReadOnlyCollection<CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!).Select(id => (string)id.Value!));

    private static bool IsOnAnyRuntime(MemberInfo member) =>
        member.GetCustomAttributesData().Any(data => data.AttributeType.Name == nameof(OnAnyRuntimeAttribute));
}
