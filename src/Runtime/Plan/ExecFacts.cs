// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Plan;

/// <summary>The inputs of a further process's exec stage in addition to its plan.</summary>
/// <param name="Namespaces">The namespaces to enter.</param>
/// <param name="Chroots">The container shares its mount namespace with the host, and its root is set by chroot(2).</param>
/// <param name="NoNewKeyring">The container has its creator's session keyring.</param>
/// <param name="ParentPrepares">The parent acts before the process enters the container.</param>
/// <param name="ParentActs">The parent acts between the ready message and the program.</param>
public sealed record ExecFacts(CloneFlags Namespaces, bool Chroots, bool NoNewKeyring, bool ParentPrepares, bool ParentActs);
