// SPDX-License-Identifier: Apache-2.0
using Runcs.Credentials;
using Runcs.OciSpec;

namespace Runcs.Conformance.Credentials;

/// <summary>config.md, "Linux Process": apparmorProfile and selinuxLabel.</summary>
public class LsmPlanTests
{
    [Theory]
    [InlineData("", "", false, false)]
    [InlineData("profile", "", true, false)]
    [InlineData("", "label", false, true)]
    [InlineData("profile", "label", true, true)]
    public void A_label_of_an_enabled_module_is_planned(string profile, string label, bool apparmor, bool selinux)
    {
        List<string> problems = [];
        LsmPlan? plan = Plan(profile, label, new LsmFacts(apparmor, selinux), problems);
        Assert.Empty(problems);
        Assert.Equal(profile.Length + label.Length > 0 ? new LsmPlan(profile, label) : null, plan);
    }

    [Fact]
    public void A_label_without_its_module_is_refused()
    {
        List<string> problems = [];
        Plan("unconfined", "label", new LsmFacts(), problems);
        Assert.Equal(
            ["process.apparmorProfile: AppArmor is not enabled on this host",
            "process.selinuxLabel: selinux label is specified in config, but selinux is disabled or not supported"], problems);
    }

    private static LsmPlan? Plan(string profile, string label, LsmFacts facts, List<string> problems) =>
        LsmPlan.PlanLabels(new Process { ApparmorProfile = profile, SelinuxLabel = label }, facts, problems);
}
