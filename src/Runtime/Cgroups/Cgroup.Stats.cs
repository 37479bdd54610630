// SPDX-License-Identifier: Apache-2.0
// Usage, as runc's JSON and as containerd's metrics; OOM events.
using System.Collections.Generic;
using Runcs.OciSpec.Json;
using Runcs.Protobuf;

namespace Runcs.Cgroups;

public abstract partial class Cgroup
{
    private IReadOnlyList<string>? _pageSizes;

    /// <summary>How many processes the OOM killer has killed; 0 without the <c>memory</c> controller.</summary>
    public abstract ulong OomKills();

    /// <returns>Null without the <c>memory</c> controller.</returns>
    /// <exception cref="RuncsException"/>
    public abstract OomWatch? WatchOom();

    /// <summary>Writes the members <c>cpu</c> to <c>hugetlb</c> of runc's types.Stats into the object that is open.</summary>
    public void WriteStats(JsonText json) => WriteStats(json, Read, _pageSizes ??= HugePages.ReadSizes());

    private protected abstract void WriteStats(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes);

    /// <summary>The type of the message that <see cref="WriteMetrics"/> writes.</summary>
    public abstract string MetricsType { get; }

    /// <summary>Writes the values of the kernel's files as containerd's metrics, a message of its own for each version of cgroups.</summary>
    /// <param name="oomKills">
    /// As many processes at least have been killed by the OOM killer. For a cgroup that may be gone: systemd removes that of a
    /// unit when its last process has ended.
    /// </param>
    internal void WriteMetrics(ProtoWriter writer, ulong oomKills = 0) => WriteMetrics(writer, Read, _pageSizes ??= HugePages.ReadSizes(), oomKills);

    private protected abstract void WriteMetrics(ProtoWriter writer, ReadStatFile read, IReadOnlyList<string> pageSizes, ulong oomKills);

    private string? Read(string controller, string file) => Directories.Find(controller)?.Read(file);
}
