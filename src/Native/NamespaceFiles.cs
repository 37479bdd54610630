// SPDX-License-Identifier: Apache-2.0
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>ioctl_ns(2): the type of an open namespace file.</summary>
public static partial class NamespaceFiles
{
    private const int NS_GET_NSTYPE = 0xb703;

    /// <summary>The CLONE_NEW* flag of the namespace; ENOTTY if the file is not a namespace.</summary>
    public static Errno TryGetType(int fd, out CloneFlags type)
    {
        int result = LibC.ioctl(fd, NS_GET_NSTYPE);
        type = result < 0 ? 0 : (CloneFlags)result;
        return result < 0 ? Errno.Last : Errno.None;
    }
}
