// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Namespaces;

/// <summary>Why a new user namespace is refused, or is of no use, with the remedy.</summary>
public static class UserNamespaceRules
{
    /// <param name="isPrivileged">The caller has CAP_SYS_ADMIN.</param>
    /// <returns>Null if nothing is known to forbid it.</returns>
    public static string? Problem(UserNamespaceFacts facts, bool isPrivileged)
    {
        if (facts.NoneAllowed) return $"the host forbids new user namespaces ({UserNamespaceFacts.LimitName} is 0): as root sysctl -w {UserNamespaceFacts.LimitName}=1000";
        if (isPrivileged) return null;
        if (facts.CloneForbidden) return $"the host forbids new user namespaces to ordinary users ({UserNamespaceFacts.CloneName} is 0): as root sysctl -w {UserNamespaceFacts.CloneName}=1";
        return facts.AppArmorRestricts
            ? $"AppArmor denies all capabilities in user namespaces of programs without a profile ({UserNamespaceFacts.AppArmorName} is 1): load a profile for runcs that allows userns (docs/rootless.md), or as root sysctl -w {UserNamespaceFacts.AppArmorName}=0"
            : null;
    }
}
