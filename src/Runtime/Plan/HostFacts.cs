// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.Systemd;
using Runcs.Credentials;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;
using Runcs.Seccomp;
using Runcs.Values;

namespace Runcs.Plan;

/// <summary>The plan's inputs in addition to the config: read once, before any change.</summary>
/// <param name="Caller">The user that runs runcs.</param>
public sealed record HostFacts(CgroupFacts Cgroups, RootfsFacts Rootfs, CallerFacts Caller)
{
    /// <summary>Read only if the config has labels.</summary>
    public LsmFacts Labels { get; init; } = new();

    /// <summary>Read only if the profile names flags.</summary>
    public SeccompFacts Seccomp { get; init; } = new();

    /// <summary>Null if the config does not use it.</summary>
    public IntelRdtFacts? IntelRdt { get; init; }

    /// <summary>Whether cgroups may be unavailable (<see cref="CgroupPlan.Rootless"/>).</summary>
    public bool Rootless { get; init; }

    /// <summary>The container gets no cgroups.</summary>
    public bool NoCgroups { get; init; }

    /// <summary>The container is also started, as by <c>run</c>.</summary>
    public bool Starts { get; init; }

    /// <summary>Null if systemd does not make the cgroups.</summary>
    public SystemdRequest? Systemd { get; init; }

    /// <summary>
    /// The directory of the socket by which the program notifies a service manager (sd_notify(3)); null without one.
    /// </summary>
    public string? NotifyDirectory { get; init; }

    /// <param name="systemdCgroup">systemd makes the cgroups.</param>
    /// <param name="rootless">Whether cgroups may be unavailable; null means: for a caller other than the host's root.</param>
    /// <exception cref="RuncsException"/>
    public static HostFacts Read(Config config, bool noPivot, bool systemdCgroup, bool? rootless)
    {
        string networkPath = "";
        foreach (LinuxNamespace wanted in config.Linux?.Namespaces ?? [])
            if (wanted.Type == LinuxNamespaceType.Network)
                networkPath = wanted.Path;
        CallerFacts caller = Credentials.Caller.Read();
        return new HostFacts(ReadCgroups(config, systemdCgroup, caller), RootfsFacts.Read(noPivot, networkPath), caller)
        {
            Labels = config.Process is { } process && LsmPlan.IsWanted(process) ? LsmFacts.Read() : new LsmFacts(),
            IntelRdt = config.Linux?.IntelRdt == null ? null : IntelRdtFacts.Read(),
            Systemd = systemdCgroup ? SystemdRequest.Read(config.Annotations) : null,
            Rootless = rootless ?? !caller.IsHostRoot,
            Seccomp = SeccompFacts.ReadFor(config.Linux?.Seccomp),
        };
    }

    // Only a relative path has a place to choose.
    private static CgroupFacts ReadCgroups(Config config, bool systemdCgroup, CallerFacts caller)
    {
        CgroupFacts facts = CgroupFacts.Read();
        bool isRelative = !systemdCgroup && config.Linux?.CgroupsPath is not ['/', ..];
        return isRelative && !caller.IsHostRoot ? facts.ForUser() : facts;
    }
}
