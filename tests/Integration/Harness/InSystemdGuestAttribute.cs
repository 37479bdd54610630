// SPDX-License-Identifier: Apache-2.0
using Xunit.v3;

namespace Runcs.Harness;

/// <summary>
/// The test runs in the guest with systemd as its first process; only there if it calls <see cref="Requires.Systemd"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class InSystemdGuestAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("machine", "systemd")];
}
