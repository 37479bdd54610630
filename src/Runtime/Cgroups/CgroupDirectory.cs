// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Cgroups;

/// <summary>The container's directory in one hierarchy.</summary>
internal sealed class CgroupDirectory(CgroupTree tree, CgroupPlace place)
{
    private Fd? _descriptor;

    public CgroupTree Tree => tree;

    public CgroupPlace Place => place;

    /// <summary>The path that <see cref="CgroupTree"/> takes.</summary>
    public string Path { get; } = CgroupTree.Relative(place);

    /// <summary>It could not be made, and the container continues without it (<see cref="CgroupPlan.Rootless"/>).</summary>
    public bool IsMissing { get; set; }

    /// <summary><see cref="TryOpen()"/> has succeeded.</summary>
    public bool IsOpen => _descriptor != null;

    /// <summary>The directory's descriptor, opened at the first use and closed with this object; -1 if that fails.</summary>
    public int Descriptor => _descriptor?.Value ?? -1;

    public bool Exists() => tree.Exists(Path);

    public Errno TryOpen() => _descriptor != null ? Errno.None : tree.TryOpen(Path, O_RDONLY | O_DIRECTORY, out _descriptor);

    /// <returns>The directory's descriptor, which this object closes.</returns>
    /// <exception cref="RuncsException"/>
    public Fd Open()
    {
        Errno errno = TryOpen();
        return errno.IsError ? throw Failed("openat", place.HostPath, errno) : _descriptor!;
    }

    public Errno TryOpen(string file, OpenFlags flags, out Fd? fd) => tree.TryOpen($"{Path}/{file}", flags, out fd);

    /// <summary>The file's text without its final newline.</summary>
    public Errno TryRead(string file, out string text) => tree.TryRead(Path, file, out text);

    /// <inheritdoc cref="CgroupTree.Read"/>
    public string? Read(string file) => tree.Read(Path, file);

    /// <inheritdoc cref="CgroupTree.Write"/>
    public void Write(string file, string value) => tree.Write(Path, file, value);

    public Errno TryWrite(string file, string value) => tree.TryWrite(Path, file, value);

    /// <inheritdoc cref="CgroupTree.ReadKey"/>
    public ulong? ReadKey(string file, string key) => tree.ReadKey(Path, file, key);

    /// <summary>The processes in the cgroup and below it.</summary>
    public IReadOnlyList<int> Processes() => tree.Processes(Path);

    /// <summary>Moves the calling process into the cgroup.</summary>
    /// <remarks>
    /// v1's <c>tasks</c> takes a 0 for the calling thread without the RCU grace period (about ten milliseconds) that any pid
    /// written there costs (cgroup_procs_write_start in kernel/cgroup/cgroup.c, 5.5); so the process must have one thread.
    /// </remarks>
    public Errno TryEnterSelf() => TryWrite(FileOfSelf, "0");

    /// <summary>Opens the file of <see cref="TryEnterSelf"/> for writing.</summary>
    public Errno TryOpenEntry(out Fd? fd) => TryOpen(FileOfSelf, O_WRONLY, out fd);

    /// <inheritdoc cref="TryEnterSelf"/>
    /// <exception cref="RuncsException"/>
    public void EnterSelf()
    {
        Errno errno = TryEnterSelf();
        if (errno.IsError) throw EntryFailed("write", errno);
    }

    /// <summary>The error for a failed call on the file of <see cref="TryEnterSelf"/>.</summary>
    public RuncsException EntryFailed(string call, Errno errno) => Failed(call, $"{place.HostPath}/{FileOfSelf}", errno);

    /// <summary>Removes the directory.</summary>
    /// <inheritdoc cref="CgroupRemoval.Remove"/>
    public void Remove(Action<IReadOnlyList<int>>? occupied) => CgroupRemoval.Remove(tree, Path, occupied);

    public void Close() => _descriptor?.Dispose();

    /// <summary>The file of <see cref="TryEnterSelf"/>.</summary>
    public string FileOfSelf => place.IsUnified ? "cgroup.procs" : "tasks";

    private static RuncsException Failed(string call, string operand, Errno errno) => errno.Failure("linux.cgroupsPath", call, operand);
}
