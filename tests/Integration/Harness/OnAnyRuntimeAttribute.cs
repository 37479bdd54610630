// SPDX-License-Identifier: Apache-2.0
using Xunit.v3;

namespace Runcs.Harness;

/// <summary>
/// The test asks only what the specification or runc's contract asks, so any runtime can be judged by it:
/// <c>RUNTIME=runc ./build.sh conformance</c> runs these.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OnAnyRuntimeAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("runtime", "any")];
}
