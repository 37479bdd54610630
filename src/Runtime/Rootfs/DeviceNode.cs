// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>A device node to make.</summary>
/// <param name="Type">S_IFCHR, S_IFBLK or S_IFIFO.</param>
public sealed record DeviceNode(string JsonPath, string Path, uint Type, uint Major, uint Minor, uint Mode, uint Uid, uint Gid)
{
    /// <summary>The runtime's own, without special attributes.</summary>
    public bool IsDefault { get; init; }

    public bool IsSameDevice(DeviceNode other) => (Type, Major, Minor) == (other.Type, other.Major, other.Minor);
}
