// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>ioctl_ns(2): what an open namespace file stands for.</summary>
public static partial class NamespaceFiles
{
    private const ulong NS_GET_NSTYPE = 0xb703;

    /// <summary>The CLONE_NEW* flag of the namespace; fails with ENOTTY when the file is not a namespace.</summary>
    public static Errno TryGetType(int fd, out CloneFlags type)
    {
        int result = ioctl(fd, NS_GET_NSTYPE, 0);
        type = result < 0 ? 0 : (CloneFlags)result;
        return result < 0 ? Errno.Last : Errno.None;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, ulong request, nint argument);
}
