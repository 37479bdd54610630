// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Credentials;

/// <summary>The user that runs runcs.</summary>
public static class Caller
{
    public static uint Uid => Processes.EffectiveUid();

    /// <summary>It is root, or has root's most general capability (capabilities(7)).</summary>
    public static bool IsRoot() => Uid == 0 || IsPrivileged();

    /// <exception cref="RuncsException"/>
    public static CallerFacts Read()
    {
        bool nested = !UserNamespaces.IsInitial();
        return new CallerFacts(Processes.EffectiveUid(), Processes.EffectiveGid(), Capabilities.Permitted())
        {
            InUserNamespace = nested,
            GroupsDenied = nested && UserNamespaces.DeniesGroups("self"),
        };
    }

    /// <summary>What to know about an error that comes from missing privileges; "" for any other, and for one with a hint of its own.</summary>
    public static string Remedy(RuncsException failure)
    {
        if (failure.Errno.Value is not (Errno.EACCES or Errno.EPERM) || failure.HasHint || IsPrivileged()) return "";
        return Uid == 0 ? ": runcs runs as root without CAP_SYS_ADMIN" : $": runcs runs as uid {Uid}, not as root";
    }

    private static bool IsPrivileged() => (Capabilities.Permitted() & CapabilitySet.Bit("CAP_SYS_ADMIN")) != 0;
}
