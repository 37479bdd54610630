// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Credentials;

/// <summary>What happens to the supplementary groups that runcs was called with.</summary>
public enum GroupsRule
{
    /// <summary>Those of the config replace them.</summary>
    Replace,

    /// <summary>They are kept, since an annotation asks for it.</summary>
    Keep,

    /// <summary>They are kept, since setgroups(2) is denied (user_namespaces(7), "/proc/pid/setgroups").</summary>
    Denied,
}
