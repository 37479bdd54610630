// SPDX-License-Identifier: Apache-2.0
using Xunit.v3;

namespace Runcs.Harness;

/// <summary>
/// The test requires only the specification or runc's documented behaviour, so any runtime can be tested: <c>RUNTIME=runc
/// ./build.sh conformance</c> runs these tests.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OnAnyRuntimeAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("runtime", "any")];
}
