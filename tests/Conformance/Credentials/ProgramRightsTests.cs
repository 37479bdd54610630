// SPDX-License-Identifier: Apache-2.0
using Runcs.Credentials;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Conformance.Credentials;

/// <summary>What a program may be given, by the caller and the user namespace.</summary>
public class ProgramRightsTests
{
    private static readonly CallerFacts _user = new(1000, 1000, 0);

    [Theory]
    [InlineData(null, false, GroupsRule.Replace)]
    [InlineData(null, true, GroupsRule.Denied)]
    [InlineData("1", false, GroupsRule.Keep)]
    [InlineData("1", true, GroupsRule.Keep)]
    [InlineData("0", true, GroupsRule.Denied)]
    [InlineData("true", false, GroupsRule.Replace)]
    public void Groups_by_annotation_and_namespace(string? annotation, bool denied, GroupsRule expected)
    {
        Config config = annotation == null ? new() : new() { Annotations = new(StringComparer.Ordinal) { [ProgramRights.KeepGroupsAnnotation] = annotation } };
        Assert.Equal(expected, ProgramRights.Of(config, _user, entersUsers: true, denied).Groups);
    }

    // user_namespaces(7): the first process of a user namespace has all capabilities there, whatever its creator had.
    [Fact]
    public void In_a_user_namespace_all_capabilities_can_be_given()
    {
        var process = new Process { Capabilities = new() { Bounding = ["CAP_KILL"], Permitted = ["CAP_KILL"], Effective = ["CAP_KILL"] } };
        List<string> warnings = [];
        CredentialsPlan plan = CredentialsPlanner.PlanCredentials(process, ProgramRights.Of(new Config(), _user, entersUsers: true, groupsDenied: false), [], warnings);
        Assert.Empty(warnings);
        Assert.Equal(CapabilitySet.Bit("CAP_KILL"), plan.Permitted);
        CredentialsPlanner.PlanCredentials(process, ProgramRights.Of(new Config(), _user, entersUsers: false, groupsDenied: false), [], warnings);
        Assert.Contains("process.capabilities.permitted[0]: ignored CAP_KILL, which runcs does not have itself", warnings);
    }

    // sched_setattr(2) of another user's process needs CAP_SYS_NICE in the initial user namespace.
    [Fact]
    public void Only_the_hosts_root_acts_on_other_users()
    {
        Assert.True(ProgramRights.Of(new Config(), CallerFacts.OfRoot, entersUsers: true, groupsDenied: false).ActsOnOthers);
        Assert.False(ProgramRights.Of(new Config(), CallerFacts.OfRoot with { InUserNamespace = true }, entersUsers: false, groupsDenied: false).ActsOnOthers);
        Assert.False(ProgramRights.Of(new Config(), _user, entersUsers: true, groupsDenied: false).ActsOnOthers);
    }

    [Theory]
    [InlineData(GroupsRule.Replace, false, false)]
    [InlineData(GroupsRule.Keep, true, false)]
    [InlineData(GroupsRule.Denied, true, true)]
    public void Groups_that_cannot_be_set(GroupsRule rule, bool keeps, bool isProblem)
    {
        (List<string> problems, List<string> warnings) = ([], []);
        CredentialsPlan plan = CredentialsPlanner.PlanCredentials(new Process { User = new() { AdditionalGids = [5] } }, new ProgramRights(ulong.MaxValue, rule), problems, warnings);
        Assert.Equal(keeps, plan.KeepsGroups);
        Assert.Equal(keeps ? [] : [5u], plan.Groups);
        Assert.Equal(isProblem ? [CredentialsPlanner.GroupsDenied] : [], problems);
        Assert.Equal(rule == GroupsRule.Keep ? 1 : 0, warnings.Count);
        if (isProblem) Assert.Equal(CredentialsPlanner.GroupsDenied, Assert.Throws<RuncsException>(() => (plan with { Groups = [5] }).KeepGroups()).Message);
    }
}
