// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Plan;

namespace Runcs.Containers.Storage;

/// <summary>
/// The record of a container between commands: <c>state.json</c> in its state directory. It is first written as an
/// intent, without a process, before create has any effect, so that the effects of a killed create can be found and
/// removed.
/// </summary>
public sealed partial class ContainerRecord
{
    /// <summary>
    /// The layout that this program writes. Later layouts only add members, so every version can read every other.
    /// </summary>
    public const int CurrentVersion = 1;

    /// <summary>The layout that was read, or <see cref="CurrentVersion"/>.</summary>
    public int Version { get; private set; } = CurrentVersion;

    public string Id { get; set; } = "";

    /// <summary>The <c>ociVersion</c> of the config.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>Absolute.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>The root filesystem on the host, absolute.</summary>
    public string Rootfs { get; set; } = "";

    /// <summary>The id of the mount that <c>RootOnHost</c> has made; 0 if the container has its own mount namespace.</summary>
    public ulong RootMount { get; set; }

    /// <summary>When create began: <c>Timestamp.NowNano()</c>.</summary>
    public string Created { get; set; } = "";

    /// <summary>The annotations of the config; null for none.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>
    /// The container's first process; <see cref="ProcessIdentity.None"/> before there is one. Not in the document: see
    /// <see cref="StateDirectory.WriteInit"/>.
    /// </summary>
    public ProcessIdentity Init { get; set; }

    /// <summary>The paths by which <c>Cgroup.Open</c> finds the container's cgroups; none for a container without cgroups.</summary>
    public string[] Cgroups { get; set; } = [];

    /// <summary>The container was made with --cgroup-manager disabled, so that it has no cgroups.</summary>
    public bool CgroupsDisabled { get; set; }

    /// <summary>The systemd unit of the cgroup; "" for none.</summary>
    public string Unit { get; set; } = "";

    /// <summary>The resctrl directories of the container's processes; empty without <c>linux.intelRdt</c>.</summary>
    public string[] Resctrl { get; set; } = [];

    /// <summary>Those that are removed with the container, the inner one first.</summary>
    public string[] ResctrlMade { get; set; } = [];

    /// <summary>
    /// The container has its own pid namespace, so the kernel kills all its processes with the first (pid_namespaces(7)).
    /// Otherwise the cgroup identifies its processes.
    /// </summary>
    public bool PrivatePidNamespace { get; set; }

    /// <summary>The container was made with --no-new-keyring: it has its creator's session keyring, and an <c>exec</c> keeps its caller's.</summary>
    public bool NoNewKeyring { get; set; }

    /// <summary>The names of the hook lists in the config; the config is read again only to run them.</summary>
    public string[] Hooks { get; set; } = [];

    /// <summary><c>process.args[0]</c>, for the error of <c>start</c> if it cannot be executed.</summary>
    public string Program { get; set; } = "";

    /// <summary>It was paused between create and start, and may still be.</summary>
    public bool PausedBeforeStart { get; set; }

    /// <summary>The restart policy of its keeper, as <see cref="KeeperRecord.RestartPolicy"/>; "" for a container without a keeper.</summary>
    public string Keeper { get; set; } = "";

    /// <summary>
    /// The limit of memory and swap together from the last <c>update</c>, which cgroup v2 does not keep; null for that of
    /// the config.
    /// </summary>
    public long? MemoryAndSwap { get; set; }

    public StateDocument State => new(OciVersion, Id, Bundle, Annotations);

    /// <summary>It has a keeper that may start it again.</summary>
    public bool MayRestart => Keeper is not ("" or KeeperRecord.NoRestart);

    public bool HasHooks(string kind) => System.Array.IndexOf(Hooks, kind) >= 0;
}
