// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>Settings of the host that forbid an ordinary user new user namespaces, or what is done in them.</summary>
public sealed record UserNamespaceFacts
{
    public const string LimitName = "user.max_user_namespaces", CloneName = "kernel.unprivileged_userns_clone", AppArmorName = "kernel.apparmor_restrict_unprivileged_userns";

    /// <summary>user.max_user_namespaces is 0 (namespaces(7), "The /proc/sys/user directory").</summary>
    public bool NoneAllowed { get; init; }

    /// <summary>kernel.unprivileged_userns_clone is 0: a setting of Debian's, Ubuntu's and Arch's kernels, for callers without CAP_SYS_ADMIN.</summary>
    public bool CloneForbidden { get; init; }

    /// <summary>
    /// kernel.apparmor_restrict_unprivileged_userns is 1 and runcs has no AppArmor profile: a setting of Ubuntu's kernels, for callers
    /// without CAP_SYS_ADMIN. The namespace is made, under a profile that denies all capabilities.
    /// </summary>
    public bool AppArmorRestricts { get; init; }

    public static UserNamespaceFacts Read() => new()
    {
        NoneAllowed = Text("/proc/sys/user/max_user_namespaces") == "0",
        CloneForbidden = Text("/proc/sys/kernel/unprivileged_userns_clone") == "0",
        AppArmorRestricts = Text("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1"
            && (Text("/proc/self/attr/apparmor/current") ?? Text("/proc/self/attr/current")) == "unconfined",
    };

    private static string? Text(string path)
    {
        try
        {
            return Files.ReadTextAt(Files.AT_FDCWD, path).TrimEnd('\n', '\0');
        }
        catch (RuncsException)
        {
            return null;
        }
    }
}
