// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>The calls of a <see cref="HostTreeOpener"/>.</summary>
public static class HostTreeCalls
{
    public const string OpenTree = "open_tree", MountSetattr = "mount_setattr";
}
