// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Seccomp;

/// <summary>A checked profile with resolved names: the input of <see cref="FilterCompiler"/>.</summary>
internal sealed class FilterProfile
{
    /// <summary>The return value for calls that no rule names.</summary>
    internal required uint Default { get; init; }

    /// <summary>Without duplicates, including the machine's own.</summary>
    internal required Architecture[] Architectures { get; init; }

    /// <summary>
    /// Calls with a number above all those in the profile fail with ENOSYS. The profile is older than these calls, and a
    /// program that tries one must learn that it is unavailable and use a fallback, which EPERM would not achieve. As
    /// runc.
    /// </summary>
    internal bool NewerCallsAreUnknown { get; init; }

    /// <summary>Rules by the call's index in <see cref="SyscallTable"/>, in profile order.</summary>
    internal List<(int Syscall, FilterRule Rule)> Rules { get; } = new(512);
}
