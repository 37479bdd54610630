// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>The calls of a <see cref="HostMountOpen"/>.</summary>
public static class HostMountCalls
{
    public const string OpenTree = "open_tree", MountSetattr = "mount_setattr";
}
