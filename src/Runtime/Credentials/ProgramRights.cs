// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Credentials;

/// <summary>What runcs can give to the program of a process.</summary>
/// <param name="Capabilities">The capabilities, bit n for capability n.</param>
public sealed record ProgramRights(ulong Capabilities, GroupsRule Groups)
{
    /// <summary>crun's annotation, which Podman's <c>--group-add keep-groups</c> sets: with the value "1" the caller's groups are kept.</summary>
    public const string KeepGroupsAnnotation = "run.oci.keep_original_groups";

    /// <summary>Those of the host's root.</summary>
    public static readonly ProgramRights All = new(ulong.MaxValue, GroupsRule.Replace);

    /// <summary>runcs can change the attributes of a process that has become another user.</summary>
    public bool ActsOnOthers { get; init; } = true;

    /// <param name="entersUsers">The process enters another user namespace, where it has all capabilities (user_namespaces(7)).</param>
    /// <param name="groupsDenied">setgroups(2) is denied where the process ends up.</param>
    public static ProgramRights Of(Config config, CallerFacts caller, bool entersUsers, bool groupsDenied)
    {
        GroupsRule groups = groupsDenied ? GroupsRule.Denied : GroupsRule.Replace;
        if (config.HasAnnotations() && config.Annotations.TryGetValue(KeepGroupsAnnotation, out string? keeps) && keeps == "1") groups = GroupsRule.Keep;
        return new ProgramRights(entersUsers ? ulong.MaxValue : caller.Permitted, groups) { ActsOnOthers = caller.IsHostRoot };
    }
}
