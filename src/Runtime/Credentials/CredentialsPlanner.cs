// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Credentials;

/// <summary>From <c>process.user</c>, <c>process.capabilities</c> and <c>process.noNewPrivileges</c> to a <see cref="CredentialsPlan"/>.</summary>
public static class CredentialsPlanner
{
    // What runc and crun set when the config has no umask (the spec leaves it alone; users expect 0022).
    private const uint DefaultUmask = 0x12;

    /// <summary>The problem of groups where setgroups(2) is denied.</summary>
    public const string GroupsDenied = "process.user.additionalGids: groups cannot be set, since setgroups(2) is denied in a user namespace whose only gid an ordinary user has mapped; with a range in /etc/subgid it is not";

    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    /// <param name="warnings">Problems that the spec requires a warning for.</param>
    public static CredentialsPlan PlanCredentials(Process process, ProgramRights rights, List<string> problems, List<string> warnings)
    {
        User user = process.User;
        CheckId("process.user.uid", user.Uid, problems);
        CheckId("process.user.gid", user.Gid, problems);
        if (user.Umask > 0x1ff) problems.Add($"process.user.umask: must be from 0 to 511, got {user.Umask}");
        LinuxCapabilities capabilities = process.Capabilities ?? new LinuxCapabilities();
        var reader = new Reader(rights.Capabilities, warnings);
        ulong bounding = reader.Read("bounding", capabilities.Bounding);
        ulong effective = reader.Read("effective", capabilities.Effective);
        ulong permitted = reader.Read("permitted", capabilities.Permitted);
        ulong inheritable = reader.Read("inheritable", capabilities.Inheritable);
        ulong ambient = reader.Read("ambient", capabilities.Ambient);
        // capset(2) refuses others.
        if ((effective & ~permitted) != 0)
            warnings.Add("process.capabilities.effective: ignored those that are not permitted: " + List(effective & ~permitted));
        // capabilities(7): the kernel refuses an ambient capability that is not permitted and inheritable.
        ulong raisable = ambient & permitted & inheritable;
        if (raisable != ambient)
            warnings.Add("process.capabilities.ambient: ignored those that are not both permitted and inheritable: " + List(ambient & ~raisable));
        bool keeps = rights.Groups != GroupsRule.Replace;
        if (user.AdditionalGids.Length > 0 && rights.Groups == GroupsRule.Denied) problems.Add(GroupsDenied);
        if (user.AdditionalGids.Length > 0 && rights.Groups == GroupsRule.Keep)
            warnings.Add($"process.user.additionalGids: ignored, since the annotation {ProgramRights.KeepGroupsAnnotation} keeps the caller's groups");
        return new CredentialsPlan(user.Uid, user.Gid, keeps ? [] : user.AdditionalGids, user.Umask ?? DefaultUmask,
            bounding, effective & permitted, permitted, inheritable, raisable, process.NoNewPrivileges)
        { KeepsGroups = keeps };
    }

    // setresuid(2): this id means "unchanged", so the program would run as the runtime's user.
    private static void CheckId(string jsonPath, uint id, List<string> problems)
    {
        if (id == uint.MaxValue) problems.Add($"{jsonPath}: must be from 0 to {uint.MaxValue - 1}, got {id}");
    }

    private readonly struct Reader(ulong own, List<string> warnings)
    {
        // config.md, "Linux Process": a capability that cannot be granted SHOULD cause a warning, not an error.
        internal ulong Read(string set, string[] names)
        {
            ulong bits = 0;
            for (int i = 0; i < names.Length; i++)
            {
                ulong bit = CapabilitySet.Bit(names[i]);
                if (bit == 0) warnings.Add($"process.capabilities.{set}[{i}]: ignored unknown capability \"{names[i]}\"{ValidNames.Near(names[i], CapabilitySet.Names)}");
                else if ((own & bit) == 0) warnings.Add($"process.capabilities.{set}[{i}]: ignored {names[i]}, which runcs does not have itself");
                else bits |= bit;
            }
            return bits;
        }
    }

    private static string List(ulong set)
    {
        var names = new List<string>();
        for (int i = 0; i < CapabilitySet.Names.Length; i++)
            if ((set & (1UL << i)) != 0)
                names.Add(CapabilitySet.Names[i]);
        return string.Join(", ", names);
    }
}
