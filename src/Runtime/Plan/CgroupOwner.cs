// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Cgroup ownership"
using System;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>Whether the container's user becomes the owner of its cgroup.</summary>
internal static class CgroupOwner
{
    /// <returns>The user's uid on the host; null if the cgroup stays with root.</returns>
    internal static uint? Plan(Config config, NamespacePlan namespaces)
    {
        // Delegation is safe on v2 alone, which the caller checks, and only if the container sees only its own subtree.
        if (!namespaces.IsNew(CloneFlags.CLONE_NEWCGROUP) || !MountsWritable(config.Mounts)) return null;
        uint uid = config.Process?.User.Uid ?? 0;
        if (!namespaces.HasUsers) return uid == 0 ? null : uid;
        return namespaces.Ids is { } ids && ids.Uids.TryOutside(uid, out uint outside) && outside != 0 ? outside : null;
    }

    private static bool MountsWritable(Mount[] mounts)
    {
        foreach (Mount mount in mounts)
        {
            if (mount.Source == "cgroup" && mount.Destination == "/sys/fs/cgroup" && Array.IndexOf(mount.Options, "ro") < 0) return true;
        }
        return false;
    }
}
