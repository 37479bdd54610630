// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces, before the clone of the container's init, which inherits the descriptors.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Runcs.Native;

namespace Runcs.Rootfs;

/// <summary>
/// The resources of a plan's mounts that exist only in the host's namespaces: the user namespaces of id-mapped mounts.
/// </summary>
public sealed class MountSources : IDisposable
{
    // Of the first mappings the namespaces stay open. The namespace of another one is made when its mount needs it.
    private const int MostOpen = 8;

    private readonly List<(MountIdMapping Mapping, Fd Namespace)> _namespaces = [];
    private readonly List<MountIdMapping> _others = [];
    private ChildProcess? _maker;
    private (MountIdMapping Mapping, Fd Namespace)? _last;

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
            if (sources is { _others.Count: > 0 }) sources._maker = ChildProcess.Start(sources.Serve);
            return sources;
        }
        catch
        {
            sources?.Dispose();
            throw;
        }
    }

    /// <summary>In init: the user namespace with a mount's mappings, until the next call.</summary>
    /// <exception cref="RuncsException"/>
    internal Fd NamespaceOf(MountIdMapping mapping)
    {
        foreach ((MountIdMapping known, Fd fd) in _namespaces)
        {
            if (known.IsSameAs(mapping)) return fd;
        }
        if (_last is { } last && last.Mapping.IsSameAs(mapping)) return last.Namespace;
        _last?.Namespace.Dispose();
        _last = null;
        int number = _others.FindIndex(mapping.IsSameAs);
        Files.WriteAll(_maker!.Socket.Value, MemoryMarshal.AsBytes((ReadOnlySpan<int>)[number]), "helper of the host");
        Errno errno = _maker.Receive(out int step, out Fd? made);
        if (made == null) throw UserNamespaceOfMount.Failure(mapping, step, errno);
        _last = (mapping, made);
        return made;
    }

    public void Dispose()
    {
        foreach ((_, Fd fd) in _namespaces) fd.Dispose();
        _last?.Namespace.Dispose();
        _maker?.Dispose();
    }

    private void Add(MountIdMapping mapping)
    {
        foreach ((MountIdMapping known, _) in _namespaces)
        {
            if (known.IsSameAs(mapping)) return;
        }
        if (_namespaces.Count == MostOpen)
        {
            if (_others.Count == 0 || !_others[^1].IsSameAs(mapping)) _others.Add(mapping);
            return;
        }
        (int step, Errno errno) = UserNamespaceOfMount.TryMake(mapping, out Fd? made);
        _namespaces.Add((mapping, made ?? throw UserNamespaceOfMount.Failure(mapping, step, errno)));
    }

    // In the helper, which has the host's privileges and sees the host's processes.
    private void Serve(Fd socket)
    {
        Span<int> number = stackalloc int[1];
        while (!Files.TryRead(socket.Value, MemoryMarshal.AsBytes(number), out int count).IsError && count == sizeof(int))
        {
            (int step, Errno errno) = UserNamespaceOfMount.TryMake(_others[number[0]], out Fd? made);
            using (made)
            {
                if (made == null) ChildProcess.Answer(socket, step, errno);
                else ChildProcess.Answer(socket, made).OrThrow("sendmsg", "socket");
            }
        }
    }
}
