// SPDX-License-Identifier: Apache-2.0
// Run by the container's init, in the new network namespace.
using Runcs.Native;

namespace Runcs.Network;

/// <summary>The only interface of a new network namespace.</summary>
public static class Loopback
{
    /// <summary>Brings <c>lo</c> up, as other runtimes do and programs expect.</summary>
    /// <exception cref="RuncsException"/>
    public static void ApplyUp()
    {
        try
        {
            NetworkInterfaces.Up("lo");
        }
        catch (RuncsException e) when (e.LacksJsonPath)
        {
            throw e.At("linux.namespaces (network)");
        }
    }
}
