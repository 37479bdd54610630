// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Credentials;

/// <summary>The labels of the user's program for security modules; "" for none.</summary>
public sealed record LsmPlan(string ApparmorProfile, string SelinuxLabel)
{
    /// <param name="facts">Used only if the config has a label.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    /// <returns>Null if the config has no label.</returns>
    public static LsmPlan? PlanLabels(Process process, LsmFacts facts, List<string> problems)
    {
        if (!IsWanted(process)) return null;
        // A label that no module enforces would give a false sense of protection (as runc).
        if (process.ApparmorProfile.Length > 0 && !facts.HasAppArmor) problems.Add("process.apparmorProfile: AppArmor is not enabled on this host");
        if (process.SelinuxLabel.Length > 0 && !facts.HasSelinux) problems.Add("process.selinuxLabel: selinux label is specified in config, but selinux is disabled or not supported");
        return new LsmPlan(process.ApparmorProfile, process.SelinuxLabel);
    }

    public static bool IsWanted(Process process) => process.ApparmorProfile.Length + process.SelinuxLabel.Length > 0;

    /// <summary>The reason why the exec stage could not set the profile.</summary>
    public string DescribeApparmorFailure(Errno errno) => errno.Value == Errno.ENOENT
        ? $"process.apparmorProfile: the profile \"{ApparmorProfile}\" is not loaded: {errno}"
        : $"process.apparmorProfile: unable to apply the profile \"{ApparmorProfile}\": {errno}";

    public string DescribeSelinuxFailure(Errno errno) => $"process.selinuxLabel: unable to apply the label \"{SelinuxLabel}\": {errno}";

    public void Describe(StringBuilder text)
    {
        if (ApparmorProfile.Length > 0) text.Append("AppArmor profile ").Append(ApparmorProfile).Append('\n');
        if (SelinuxLabel.Length > 0) text.Append("SELinux label ").Append(SelinuxLabel).Append('\n');
    }
}
