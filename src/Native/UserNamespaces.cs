// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

public static class UserNamespaces
{
    /// <summary>
    /// Whether this process is in the initial user namespace, which maps every id to itself (user_namespaces(7)); true if
    /// the kernel has no user namespaces.
    /// </summary>
    public static bool IsInitial()
    {
        try
        {
            string[] words = Files.ReadTextAt(Files.AT_FDCWD, "/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return words is ["0", "0", "4294967295"];
        }
        catch (RuncsException)
        {
            return true;
        }
    }
}
