// SPDX-License-Identifier: Apache-2.0
using Runcs.Namespaces;

namespace Runcs.Conformance.Namespaces;

/// <summary>What newuidmap(1) and newgidmap(1) refuse is known before they are asked, and nothing that they allow is refused.</summary>
public class IdMapRulesTests
{
    private static readonly HostAccount _user = new(1000, ["alice"], 1001);
    private static readonly IdMapFacts _facts = Facts("alice:100000:10", "alice:200000:10");

    [Theory]
    [InlineData("0 1000 1")]
    [InlineData("0 1000 1, 1 100000 10")]
    [InlineData("0 100000 1, 1 100001 9")]
    [InlineData("5 100005 5")]
    public void A_map_within_the_ranges_has_no_problem(string map) => Assert.Empty(IdMapRules.Problems("m", Map(map), ofUids: true, _facts));

    [Theory]
    [InlineData("0 1000 2", "m[0]: ids 1000 to 1001 of the host are not the caller's to map: ")]
    [InlineData("0 1001 1", "m[0]: id 1001 of the host is not the caller's to map: ")]
    [InlineData("0 1000 1, 1 100000 11", "m[1]: ids 100000 to 100010 of the host are not the caller's to map: ")]
    [InlineData("0 1000 1, 1 99999 2", "m[1]: ids 99999 to 100000 of the host are not the caller's to map: ")]
    [InlineData("0 0 4294967295", "m[0]: ids 0 to 4294967294 of the host are not the caller's to map: ")]
    public void A_map_beyond_the_ranges_is_a_problem_with_what_there_is(string map, string problem) =>
        Assert.Equal([problem + "/etc/subuid has 100000 to 100009 for uid 1000: map these, or as root add a line with ids that no other user has"],
            IdMapRules.Problems("m", Map(map), ofUids: true, _facts));

    [Fact]
    public void Groups_have_their_own_file_own_id_and_helper()
    {
        Assert.Empty(IdMapRules.Problems("m", Map("0 1001 1, 1 200000 10"), ofUids: false, _facts));
        Assert.StartsWith("m[0]: id 1000 of the host is not the caller's to map: /etc/subgid has 200000 to 200009", Assert.Single(IdMapRules.Problems("m", Map("0 1000 1"), ofUids: false, _facts)), StringComparison.Ordinal);
        IdMapFacts without = _facts with { GidHelper = new(IdMapHelper.OfGids, null, false, false) };
        Assert.Equal(["m: runcs runs as uid 1000, which may map only its own id: for other ids newgidmap is needed (package uidmap or shadow-utils), and PATH has none"],
            IdMapRules.Problems("m", Map("0 1001 1"), ofUids: false, without));
        Assert.Empty(IdMapRules.Problems("m", Map("0 1000 1"), ofUids: true, without));
    }

    [Theory]
    [InlineData("alice", "", "alice:100000:65536")]
    [InlineData("", ", which is not in /etc/passwd", "1000:100000:65536")]
    public void Without_a_range_the_line_to_add_is_given(string name, string unknown, string line)
    {
        IdMapFacts facts = Facts("bob:100000:65536", "", new HostAccount(1000, name.Length > 0 ? [name] : [], null));
        Assert.Equal([$"m[1]: ids 100000 to 165534 of the host are not the caller's to map: /etc/subuid has no range for uid 1000{unknown}: as root add a line such as {line}, with ids that no other user has"],
            IdMapRules.Problems("m", Map("0 1000 1, 1 100000 65535"), ofUids: true, facts));
    }

    [Fact]
    public void Each_missing_piece_is_a_problem_of_its_own()
    {
        IdMapFacts facts = Facts("", "", _user) with { Gid = 7, UidHelper = new(IdMapHelper.OfUids, "/u", false, false) };
        List<string> problems = IdMapRules.Problems("m", Map("0 1000 1, 1 1 1"), ofUids: true, facts);
        Assert.Equal(3, problems.Count);
        Assert.StartsWith("m: \"/u\" is neither a setuid program of root nor has cap_setuid: ", problems[0], StringComparison.Ordinal);
        Assert.StartsWith("m: newuidmap requires the group of the caller's line in /etc/passwd, 1001, and runcs has 7: ", problems[1], StringComparison.Ordinal);
        Assert.StartsWith("m[1]: id 1 of the host", problems[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_of_another_source_are_not_judged() => Assert.Empty(IdMapRules.Problems("m", Map("0 1 1"), ofUids: true, _facts with { HasOtherSource = true }));

    [Theory]
    [InlineData("0 0 1")]
    [InlineData("0 0 1, 1 5 10")]
    [InlineData("0 14 1")]
    [InlineData("5 5 10")]
    public void In_a_user_namespace_the_ids_of_one_line_are_there(string map) => Assert.Empty(IdMapRules.Beyond("m", Map(map), Map("0 1000 1, 5 100000 10, 15 200000 10"), "/own"));

    [Theory]
    [InlineData("0 0 2", "m[0]: ids 0 to 1")]
    [InlineData("0 0 1, 1 4 1", "m[1]: id 4")]
    [InlineData("0 5 11", "m[0]: ids 5 to 15")]
    [InlineData("0 1000 1", "m[0]: id 1000")]
    [InlineData("0 4294967294 1", "m[0]: id 4294967294")]
    public void In_a_user_namespace_other_ids_are_a_problem(string map, string ids) =>
        Assert.Equal([ids + " must lie in one line of the caller's own map, /own"], IdMapRules.Beyond("m", Map(map), Map("0 1000 1, 5 100000 10, 15 200000 10"), "/own"));

    [Theory]
    [InlineData("subid: sss", true)]
    [InlineData("subid:\tsss files", true)]
    [InlineData(" subid : sss # x", true)]
    [InlineData("subid: files", false)]
    [InlineData("subid:", false)]
    [InlineData("# subid: sss", false)]
    [InlineData("subid: files # sss", false)]
    [InlineData("passwd: sss", false)]
    [InlineData("", false)]
    public void The_source_of_ranges_is_that_of_nsswitch(string line, bool other) => Assert.Equal(other, IdMapFacts.IsOtherSource(line));

    [Fact]
    public void A_setting_of_the_host_that_forbids_user_namespaces_is_named_for_whom_it_concerns()
    {
        Assert.Null(UserNamespaceRules.Problem(new(), isPrivileged: false));
        UserNamespaceFacts none = new() { NoneAllowed = true }, clone = new() { CloneForbidden = true }, restricted = new() { AppArmorRestricts = true };
        foreach (bool isPrivileged in (bool[])[true, false])
            Assert.Equal("the host forbids new user namespaces (user.max_user_namespaces is 0): as root sysctl -w user.max_user_namespaces=1000", UserNamespaceRules.Problem(none, isPrivileged));
        Assert.Equal("the host forbids new user namespaces to ordinary users (kernel.unprivileged_userns_clone is 0): as root sysctl -w kernel.unprivileged_userns_clone=1", UserNamespaceRules.Problem(clone, false));
        Assert.Equal("AppArmor denies all capabilities in user namespaces of programs without a profile (kernel.apparmor_restrict_unprivileged_userns is 1): load a profile for runcs that allows userns (docs/rootless.md), or as root sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
            UserNamespaceRules.Problem(restricted, false));
        Assert.Null(UserNamespaceRules.Problem(clone, true));
        Assert.Null(UserNamespaceRules.Problem(restricted, true));
    }

    private static IdMap Map(string text) => IdMap.Parse(text.Replace(", ", "\n", StringComparison.Ordinal));

    private static IdMapFacts Facts(string subuid, string subgid, HostAccount? user = null) => new(user ?? _user, 1001, SubordinateIds.Parse(subuid, user ?? _user), SubordinateIds.Parse(subgid, user ?? _user),
        new(IdMapHelper.OfUids, "/usr/bin/newuidmap", true, false), new(IdMapHelper.OfGids, "/usr/bin/newgidmap", true, false));
}
