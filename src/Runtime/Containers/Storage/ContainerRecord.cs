// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Containers.Storage;

/// <summary>
/// What is remembered of a container between commands: <c>state.json</c> in its state directory. Written first as an intent,
/// with no process, before create has any effect, so that whatever a killed create leaves behind can be found and removed.
/// </summary>
public sealed partial class ContainerRecord
{
    /// <summary>The layout this program writes. A later one only adds members, so every version reads every other.</summary>
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

    /// <summary>The number of the mount that <c>RootOnHost</c> has put there; 0 if the container's mounts are in a namespace of its own.</summary>
    public ulong RootMount { get; set; }

    /// <summary>When create began: <c>Timestamp.NowNano()</c>.</summary>
    public string Created { get; set; } = "";

    /// <summary>Those of the config; null for none.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>
    /// The container's first process; <see cref="ProcessIdentity.None"/> while there is none yet. Not in the document: see
    /// <see cref="StateDirectory.WriteInit"/>.
    /// </summary>
    public ProcessIdentity Init { get; set; }

    /// <summary>What <c>Cgroup.Open</c> needs to find the container's cgroups again.</summary>
    public string[] Cgroups { get; set; } = [];

    /// <summary>The unit of systemd whose cgroup it is; "" for none.</summary>
    public string Unit { get; set; } = "";

    /// <summary>The directories of resctrl that the container's processes are in; empty without <c>linux.intelRdt</c>.</summary>
    public string[] Resctrl { get; set; } = [];

    /// <summary>Those of them that are removed with the container, the inner first.</summary>
    public string[] ResctrlMade { get; set; } = [];

    /// <summary>
    /// The container has a pid namespace of its own, so the kernel ends all of it with its first process
    /// (pid_namespaces(7)). Without, the cgroup is what tells its processes.
    /// </summary>
    public bool PrivatePidNamespace { get; set; }

    /// <summary>The container was made with --no-new-keyring: it has its creator's session keyring, and an <c>exec</c> keeps its caller's.</summary>
    public bool NoNewKeyring { get; set; }

    /// <summary>The kinds of hooks in the config, by their names in it; the config is read again only to run them.</summary>
    public string[] Hooks { get; set; } = [];

    /// <summary><c>process.args[0]</c>, which <c>start</c> names when it cannot be executed.</summary>
    public string Program { get; set; } = "";

    /// <summary>It was paused when it was created but not started, and may still be.</summary>
    public bool PausedBeforeStart { get; set; }

    /// <summary>The limit of memory and swap together that <c>update</c> set last, which cgroup v2 does not keep; null for that of the config.</summary>
    public long? MemoryAndSwap { get; set; }

    public bool HasHooks(string kind) => System.Array.IndexOf(Hooks, kind) >= 0;
}
