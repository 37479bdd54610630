// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces, before the clone of the container's init, which inherits the descriptors.
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Rootfs;

/// <summary>
/// The resources of a plan's mounts that exist only in the host's namespaces: the user namespaces of id-mapped mounts.
/// </summary>
public sealed class MountSources : IDisposable
{
    private readonly List<(MountIdMapping Mapping, Fd Namespace)> _namespaces = [];

    /// <summary>Null if no mount of the plan needs one.</summary>
    /// <exception cref="RuncsException"/>
    public static MountSources? Open(RootfsPlan plan)
    {
        MountSources? sources = null;
        try
        {
            foreach (MountStep step in plan.Mounts)
            {
                if (step.IdMapping is { } mapping) (sources ??= new MountSources()).Add(mapping);
            }
            return sources;
        }
        catch
        {
            sources?.Dispose();
            throw;
        }
    }

    /// <summary>The user namespace with a mount's mappings.</summary>
    internal Fd NamespaceOf(MountIdMapping mapping)
    {
        foreach ((MountIdMapping known, Fd fd) in _namespaces)
        {
            if (known.IsSameAs(mapping)) return fd;
        }
        throw RuncsException.At(mapping.JsonPath, "no user namespace was created for its mappings");
    }

    /// <summary>The numbers of the user namespaces' descriptors.</summary>
    public int[] Descriptors()
    {
        var numbers = new int[_namespaces.Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = _namespaces[i].Namespace.Value;
        return numbers;
    }

    public void Dispose()
    {
        foreach ((_, Fd fd) in _namespaces) fd.Dispose();
    }

    private void Add(MountIdMapping mapping)
    {
        foreach ((MountIdMapping known, _) in _namespaces)
        {
            if (known.IsSameAs(mapping)) return;
        }
        _namespaces.Add((mapping, mapping.NamespacePath.Length > 0 ? OpenNamespace(mapping) : MakeNamespace(mapping)));
    }

    private static Fd OpenNamespace(MountIdMapping mapping)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, mapping.NamespacePath, O_RDONLY, 0, out Fd? fd);
        errno.OrThrow(mapping.JsonPath, "openat", mapping.NamespacePath);
        return fd!;
    }

    // A namespace lives while a process is in it or a descriptor refers to it: a child makes it and waits for the end of
    // a socket, while this process, which has the capabilities, writes its mappings (user_namespaces(7)).
    private static Fd MakeNamespace(MountIdMapping mapping)
    {
        using ChildProcess child = StartChild(mapping.JsonPath);
        Write(child.Pid, "uid_map", mapping.JsonPath, mapping.Uids);
        Write(child.Pid, "gid_map", mapping.JsonPath, mapping.Gids);
        string path = $"/proc/{child.Pid}/ns/user";
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, OpenFlags.O_RDONLY, 0, out Fd? fd);
        errno.OrThrow(mapping.JsonPath, "openat", path);
        return fd!;
    }

    private static ChildProcess StartChild(string jsonPath)
    {
        try
        {
            return ChildProcess.Start(ChildProcess.Stay, flags: CloneFlags.CLONE_NEWUSER);
        }
        catch (RuncsException e) when (e.LacksJsonPath)
        {
            throw e.At(jsonPath);
        }
    }

    private static void Write(int pid, string file, string jsonPath, string lines)
    {
        Errno errno = ProcessFiles.TryWrite(pid, file, lines, out string path, out string call);
        errno.OrThrow($"{jsonPath}.{file[..3]}Mappings", call, $"{path}: {lines.TrimEnd('\n').Replace('\n', ',')}");
    }
}
