// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Seccomp;

/// <summary>A profile, checked and with its names resolved: what <see cref="FilterCompiler"/> makes a program of.</summary>
internal sealed class FilterProfile
{
    /// <summary>The return value for calls that no rule names.</summary>
    internal required uint Default { get; init; }

    /// <summary>Without repetitions, the machine's own among them.</summary>
    internal required IReadOnlyList<Architecture> Architectures { get; init; }

    /// <summary>
    /// Calls with a number above all that the profile names fail with ENOSYS: the profile is older than they are, and a
    /// program that tries them must see that it has to do without, which EPERM would not tell it. As runc.
    /// </summary>
    internal bool NewerCallsAreUnknown { get; init; }

    /// <summary>Rules for a call by its place in <see cref="SyscallTable"/>, in the order of the profile.</summary>
    internal List<(int Syscall, FilterRule Rule)> Rules { get; } = new(512);
}
