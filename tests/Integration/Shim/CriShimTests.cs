// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>A kubelet's requests to containerd with our shim.</summary>
public sealed class CriShimTests(CriShimEngine engine) : CriBehaviour(engine), IClassFixture<CriShimEngine>;
