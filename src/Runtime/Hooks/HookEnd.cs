// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Hooks;

/// <summary>How a hook ended.</summary>
/// <param name="ExecErrno">Why it could not be executed; no error if it was.</param>
/// <param name="Status">As wait4(2) gives it; null if it was killed by us, because its time was over or we were interrupted.</param>
internal readonly record struct HookEnd(Errno ExecErrno, int? Status, bool Interrupted = false);
