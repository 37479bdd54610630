// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Hooks;

/// <summary>How a hook ended.</summary>
/// <param name="ExecErrno">The errno of a failed execve; no error if it succeeded.</param>
/// <param name="Status">The status of wait4(2); null if we killed it, on a timeout or an interrupt.</param>
internal readonly record struct HookEnd(Errno ExecErrno, int? Status, bool Interrupted = false);
