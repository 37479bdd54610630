// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>containerd and its client ctr, with the runtime under test behind the shim io.containerd.runc.v2.</summary>
[OnAnyRuntime]
[Collection(ContainerdFixture.Name)]
public sealed class ContainerdTests(ContainerdFixture fixture) : ContainerdBehaviour(fixture.Containerd);
