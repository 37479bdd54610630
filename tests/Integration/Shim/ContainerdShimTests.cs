// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>containerd and ctr with our shim, io.containerd.runcs.v1.</summary>
public sealed class ContainerdShimTests(ContainerdShimFixture fixture) : ContainerdBehaviour(fixture.Containerd), IClassFixture<ContainerdShimFixture>;
