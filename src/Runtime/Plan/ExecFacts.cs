// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Plan;

/// <summary>What the exec stage of a further process depends on besides its plan.</summary>
/// <param name="Namespaces">Those to enter.</param>
/// <param name="Chroots">The container shares its mount namespace with the host, and has its root by chroot(2).</param>
/// <param name="NoNewKeyring">The container has its creator's session keyring.</param>
/// <param name="ParentActs">The parent does something between ready and the program.</param>
public sealed record ExecFacts(CloneFlags Namespaces, bool Chroots, bool NoNewKeyring, bool ParentActs);
