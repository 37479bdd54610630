// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Credentials;

/// <summary>The user that runs runcs.</summary>
public static class Caller
{
    public static uint Uid => Processes.EffectiveUid();

    /// <summary>It is root, or has root's most general capability (capabilities(7)).</summary>
    public static bool IsRoot() => Uid == 0 || (Capabilities.Permitted() & CapabilitySet.Bit("CAP_SYS_ADMIN")) != 0;

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

    /// <summary>What to know about an error that comes from missing privileges; "" for any other.</summary>
    public static string Remedy(RuncsException failure) =>
        failure.Errno.Value is Errno.EACCES or Errno.EPERM && !IsRoot() ? $": runcs runs as uid {Uid}, not as root" : "";

    public static string MustBeRoot() => $"must be run as root, got uid {Uid}";
}
