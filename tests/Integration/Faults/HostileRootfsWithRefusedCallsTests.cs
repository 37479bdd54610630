// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>The same attacks while openat2(2) and the mount calls by descriptor are refused.</summary>
public sealed class HostileRootfsWithRefusedCallsTests : HostileRootfsTests
{
    protected override IReadOnlyList<string> Under => Refusal.Of("ENOSYS", Refusal.Newer);
}
