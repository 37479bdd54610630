// SPDX-License-Identifier: Apache-2.0
using Xunit.v3;

namespace Runcs.Harness;

/// <summary>
/// The test also runs in the guest, on pure cgroup v2 (tests/Guest/README.md). Tests that the host skips run there
/// anyway; this is for tests that pass on the host and must also pass there.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class InGuestAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("machine", "guest")];
}
