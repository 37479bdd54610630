// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>containerd's Kubernetes plugin with our shim.</summary>
public sealed class CriShimEngine() : CriEngine(Snippet.Of("kubernetes-shim", installed: ShimPath.Runtime, executable: ShimPath.Runtime), usesShim: true);
