// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Rootfs;

namespace Runcs.Shim.Rootfs;

/// <summary>
/// The ids of a mount's files in a container with a user namespace: containerd's options <c>uidmap=</c> and <c>gidmap=</c>,
/// as a user namespace that maps so.
/// </summary>
internal sealed class MappedIds : IDisposable
{
    private readonly Fd _users;

    private MappedIds(Fd users) => _users = users;

    /// <param name="uids">Ranges <c>CONTAINER-ID:HOST-ID:SIZE</c>, separated by commas.</param>
    /// <param name="gids">The same.</param>
    /// <param name="jsonPath">Of the mount.</param>
    /// <exception cref="RuncsException"/>
    public static MappedIds Make(string uids, string gids, string jsonPath)
    {
        if (uids.Length == 0 || gids.Length == 0) throw RuncsException.At(jsonPath, "uidmap and gidmap must both be given");
        var mapping = new MountIdMapping(jsonPath, Lines(uids, jsonPath), Lines(gids, jsonPath), "");
        (int step, Errno errno) = UserNamespaceOfMount.TryMake(mapping, out Fd? users);
        return errno.IsError ? throw UserNamespaceOfMount.Failure(mapping, step, errno) : new MappedIds(users!);
    }

    /// <summary>A detached copy of the mounts at a path, with these ids. Mounts and unmounts do not pass between the two.</summary>
    /// <exception cref="RuncsException"/>
    public Fd Copy(string path, bool isReadOnly, string jsonPath)
    {
        Errno errno = MountApi.TryOpenTree(Files.AT_FDCWD, path, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, out Fd? copy);
        errno.OrThrow(jsonPath, "open_tree", path);
        errno = MountApi.TryMountSetattr(copy!.Value, AtFlags.AT_RECURSIVE, new MountApi.mount_attr
        {
            attr_set = MountAttributeFlags.MOUNT_ATTR_IDMAP | (isReadOnly ? MountAttributeFlags.MOUNT_ATTR_RDONLY : 0),
            propagation = MountFlags.MS_PRIVATE,
            userns_fd = (ulong)_users.Value,
        });
        if (!errno.IsError) return copy;
        copy.Dispose();
        throw errno.Failure(jsonPath, "mount_setattr", $"MOUNT_ATTR_IDMAP {path}");
    }

    public void Dispose() => _users.Dispose();

    private static string Lines(string option, string jsonPath)
    {
        var ranges = new List<IdRange>();
        foreach (string range in option.Split(','))
        {
            if (range.Split(':') is not [string inside, string outside, string size] || !uint.TryParse(inside, out uint first) || !uint.TryParse(outside, out uint host) || !uint.TryParse(size, out uint count))
                throw RuncsException.At(jsonPath, $"id mapping must be CONTAINER-ID:HOST-ID:SIZE, got {range}");
            ranges.Add(new IdRange(first, host, count));
        }
        return new IdMap([.. ranges]).ToString();
    }
}
