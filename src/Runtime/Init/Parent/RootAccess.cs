// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Namespaces;
using Runcs.Native;

namespace Runcs.Init.Parent;

/// <summary>
/// Whether the root filesystem can be entered: its way by the caller, which opens it, and itself by the container's root, which in a
/// user namespace is an ordinary user of the host.
/// </summary>
public static class RootAccess
{
    /// <param name="path">Absolute.</param>
    /// <param name="ids">The maps of the container's user namespace.</param>
    /// <returns>The directory that cannot be entered, with the remedy; null if there is none.</returns>
    public static string? Problem(string path, IdMaps ids) => OnTheWay(path)
        ?? (FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus status).IsError ? null : Problem(path, status.Uid, status.Gid, status.Permissions, ids));

    private static string? OnTheWay(string path)
    {
        const int X_OK = 1;
        for (int end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            string directory = path[..end];
            if (Files.TryAccessAt(Files.AT_FDCWD, directory, X_OK).Value == Errno.EACCES && !FileStatus.TryAt(Files.AT_FDCWD, directory, 0, out FileStatus status).IsError)
                return $"\"{directory}\" (mode {Convert.ToString(status.Permissions, 8)}, of uid {status.Uid} and gid {status.Gid}) cannot be entered by the caller, uid {Processes.EffectiveUid()}: chmod a+x";
        }
        return null;
    }

    internal static string? Problem(string path, uint uid, uint gid, uint mode, IdMaps ids)
    {
        const uint Owner = 0b001_000_000, Group = 0b1_000, Others = 0b1;
        if (!ids.Uids.TryOutside(0, out uint rootUid) || !ids.Gids.TryOutside(0, out uint rootGid)) return null;
        // capabilities(7), user_namespaces(7): over files of mapped ids the container's root has CAP_DAC_OVERRIDE.
        if (ids.Uids.HasOutside(uid) && ids.Gids.HasOutside(gid)) return null;
        // path_resolution(7), "Permissions": the first class that matches decides.
        if ((mode & (uid == rootUid ? Owner : gid == rootGid ? Group : Others)) != 0) return null;
        return $"\"{path}\" (mode {Convert.ToString(mode, 8)}, of uid {uid} and gid {gid}) cannot be entered by the container's root, which is uid {rootUid} and gid {rootGid} of the host: chmod a+x, or give it to ids of the mappings";
    }
}
