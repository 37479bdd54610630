// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Cgroups;
using Runcs.Credentials;
using Runcs.IntelRdt;
using Runcs.Namespaces;
using Runcs.Network;
using Runcs.OciSpec;
using Runcs.Rootfs;
using Runcs.Scheduling;
using Runcs.Seccomp;

namespace Runcs.Plan;

/// <summary>
/// Everything that will be done to make one container, decided from the config and the host's facts alone. Code that
/// applies it makes no decisions.
/// </summary>
public sealed record ContainerPlan(
    string Id,
    string Bundle,
    Config Config,
    NamespacePlan Namespaces,
    RootfsPlan Rootfs,
    CgroupPlan Cgroup,
    CredentialsPlan Credentials,
    ProcessPlan Process)
{
    /// <summary>Null for none.</summary>
    public SchedulingPlan? Scheduling { get; init; }

    /// <inheritdoc cref="Scheduling"/>
    public LsmPlan? Labels { get; init; }

    public NetDevicePlan[] NetDevices { get; init; } = [];

    public IntelRdtPlan? IntelRdt { get; init; }

    /// <summary>The config as it was read, for the state directory.</summary>
    public required byte[] Document { get; init; }

    /// <summary>The seccomp filter; null for none.</summary>
    public SeccompPlan? Seccomp { get; init; }

    public OciSpec.Hooks Hooks { get; } = Config.Hooks ?? new OciSpec.Hooks();

    public StateDocument State => new(Config.OciVersion, Id, Bundle, Config.HasAnnotations() ? Config.Annotations : null);

    /// <summary>The plan as text, one step per line, for a dry run and for snapshots.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        Namespaces.Describe(text);
        Cgroup.Describe(text);
        IntelRdt?.Describe(text);
        Rootfs.Describe(text);
        if (!string.IsNullOrEmpty(Config.Hostname)) text.Append("hostname ").Append(Config.Hostname).Append('\n');
        if (!string.IsNullOrEmpty(Config.Domainname)) text.Append("domainname ").Append(Config.Domainname).Append('\n');
        foreach (NetDevicePlan device in NetDevices) device.Describe(text);
        Credentials.Describe(text);
        Labels?.Describe(text);
        Scheduling?.Describe(text);
        Seccomp?.Describe(text);
        Process.Describe(text);
        return text.ToString();
    }
}
