// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;

namespace Runcs.Native;

/// <summary>syscall(2), for calls without a libc function.</summary>
internal static partial class Syscall
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(SystemCall number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);
}
