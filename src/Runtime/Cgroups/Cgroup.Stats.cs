// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;
using Runcs.OciSpec.Json;

namespace Runcs.Cgroups;

// What events prints.
public abstract partial class Cgroup
{
    private IReadOnlyList<string>? _pageSizes;

    /// <summary>Writes the members of runc's statistics, <c>cpu</c> to <c>hugetlb</c>, into the object that is open.</summary>
    public void WriteStats(JsonText json) => WriteStats(json, Read, _pageSizes ??= ReadPageSizes());

    private protected abstract void WriteStats(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes);

    /// <summary>Null if there is no controller for memory.</summary>
    /// <exception cref="SyscallException"/>
    public abstract OomWatch? WatchOom();

    // Where it has a directory for the controller: on v1 the host need not have it.
    private protected abstract string? DirectoryFor(string controller);

    private string? Read(string controller, string file) =>
        DirectoryFor(controller) is { } directory && !Tree.TryRead(directory, file, out string text).IsError ? text : null;

    private static List<string> ReadPageSizes()
    {
        const string Directory = "/sys/kernel/mm/hugepages";
        if (Files.TryOpenAt(Files.AT_FDCWD, Directory, Files.O_RDONLY | Files.O_DIRECTORY, 0, out Fd? fd).IsError) return [];
        using (fd) return StatsMembers.PageSizes(FileNodes.List(fd!.Value, Directory));
    }
}
