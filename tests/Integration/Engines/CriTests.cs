// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>A kubelet's requests to containerd, with the runtime under test.</summary>
[OnAnyRuntime]
public sealed class CriTests(CriEngine engine) : CriBehaviour(engine), IClassFixture<CriEngine>;
