// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Credentials;

/// <summary>The user that runs runcs, which needs the privileges of root, be it of a user namespace.</summary>
public static class Caller
{
    public static uint Uid => Processes.EffectiveUid();

    /// <summary>It is root, or has root's most general capability (capabilities(7)).</summary>
    public static bool IsRoot() => Uid == 0 || (Capabilities.Permitted() & CapabilitySet.Bit("CAP_SYS_ADMIN")) != 0;

    /// <summary>What to do about an error that comes from missing privileges; "" for any other.</summary>
    public static string Remedy(RuncsException failure) =>
        failure.Errno.Value is Errno.EACCES or Errno.EPERM && !IsRoot() ? $": runcs {MustBeRoot()}" : "";

    public static string MustBeRoot() => $"must be run as root, got uid {Uid}";
}
