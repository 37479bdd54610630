// SPDX-License-Identifier: Apache-2.0
using System;
using System.Buffers.Binary;
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>newuidmap(1) or newgidmap(1) on this host.</summary>
/// <param name="Name">newuidmap or newgidmap.</param>
/// <param name="Path">Null if PATH does not lead to it.</param>
/// <param name="HasPrivilege">It is a setuid program of root, or has the capability (capabilities(7), "File capabilities").</param>
/// <param name="IgnoresPrivilege">It is on a filesystem mounted with nosuid, so execve(2) gives no privilege.</param>
public sealed record IdMapHelperFacts(string Name, string? Path, bool HasPrivilege, bool IgnoresPrivilege)
{
    /// <summary>The capability that it needs, as setcap(8) names it.</summary>
    public string Capability => Name == IdMapHelper.OfUids ? "cap_setuid" : "cap_setgid";

    internal static IdMapHelperFacts Read(string name)
    {
        const uint SetUid = 0b100_000_000_000;
        const long ST_NOSUID = 2;
        if (IdMapHelper.Find(name) is not { } path) return new IdMapHelperFacts(name, null, false, false);
        bool isSetUid = !FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus status).IsError && (status.Mode & SetUid) != 0 && status.Uid == 0;
        bool nosuid = !Mounts.TryStatfs(path, out _, out long flags).IsError && (flags & ST_NOSUID) != 0;
        return new IdMapHelperFacts(name, path, isSetUid || HasCapability(path, name), nosuid);
    }

    // linux/capability.h, struct vfs_cap_data: the revision with the effective bit, then the lower half of the permitted set.
    private static bool HasCapability(string path, string name)
    {
        const int CAP_SETGID = 6, CAP_SETUID = 7;
        ReadOnlySpan<byte> value = FileNodes.ReadAttribute(path, "security.capability", stackalloc byte[64]);
        return value.Length >= 8 && (BinaryPrimitives.ReadUInt32LittleEndian(value[4..]) & (1u << (name == IdMapHelper.OfUids ? CAP_SETUID : CAP_SETGID))) != 0;
    }
}
