// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers.Commands;

/// <summary><c>list</c>.</summary>
public static class ListCommand
{
    /// <summary>All containers under the root, by id. An unreadable one causes a warning.</summary>
    /// <exception cref="RuncsException">The root cannot be read.</exception>
    public static ContainerState[] Run(string root, bool rootMayBeMissing)
    {
        var containers = new List<ContainerState>();
        var accounts = new Accounts();
        foreach ((string id, uint owner) in Find(root, rootMayBeMissing))
        {
            if (TryState(root, id) is not { } state) continue;
            state.Owner = accounts.NameOf(owner);
            containers.Add(state);
        }
        return [.. containers];
    }

    /// <summary>The ids of all containers under the root, readable or not.</summary>
    /// <exception cref="RuncsException">The root cannot be read.</exception>
    public static List<string> Ids(string root, bool rootMayBeMissing) => Find(root, rootMayBeMissing).ConvertAll(static container => container.Id);

    private static List<(string Id, uint Owner)> Find(string root, bool rootMayBeMissing)
    {
        var found = new List<(string, uint)>();
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, root, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out Fd? directory);
        if (errno.Value == Errno.ENOENT && rootMayBeMissing) return found;
        errno.OrThrow("--root", "openat", root);
        using (directory)
        {
            List<string> names = FileNodes.List(directory!.Value, root);
            names.Sort(StringComparer.Ordinal);
            foreach (string name in names)
            {
                Errno gone = FileStatus.TryAt(directory.Value, name, AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status);
                if (gone.IsError && gone.Value != Errno.ENOENT) Log.Warn($"load container {name}: {gone.Describe("statx", $"{root}/{name}")}");
                if (!gone.IsError && status.IsDirectory) found.Add((name, status.Uid));
            }
        }
        return found;
    }

    private static ContainerState? TryState(string root, string id)
    {
        try
        {
            return StateCommand.Describe(root, Container.Load(root, id));
        }
        catch (RuncsException e)
        {
            Log.Warn($"load container {id}: {e.Message}");
            return null;
        }
    }
}
