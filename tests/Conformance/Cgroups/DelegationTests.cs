// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;

namespace Runcs.Conformance.Cgroups;

/// <summary>cgroups(7), "Cgroups delegation": where the cgroups of a caller are that is not root.</summary>
public class DelegationTests
{
    [Theory]
    [InlineData("/a/b", "/a/c", "/a")]
    [InlineData("/a/b", "/a/bc", "/a")]
    [InlineData("/a/b", "/a/b/c", "/a/b")]
    [InlineData("/a/b/c", "/a/b", "/a/b")]
    [InlineData("/a", "/b", "/")]
    [InlineData("/", "/b", "/")]
    public void A_move_needs_the_cgroup_above_both(string from, string to, string common) => Assert.Equal(common, CgroupPaths.Common(from, to));

    [Theory]
    [InlineData(false, null, "/user.slice/id")]
    [InlineData(false, "mine", "/user.slice/mine")]
    [InlineData(true, null, "/user.slice/own/id")]
    [InlineData(true, "mine", "/user.slice/own/mine")]
    [InlineData(true, "/mine", "/mine")]
    public void A_relative_path_is_beside_the_callers_cgroup_or_else_below_it(bool isBelowOwn, string? cgroupsPath, string path)
    {
        var facts = new CgroupFacts { IsUnified = true, Hierarchies = [new(CgroupHierarchy.Unified, "/sys/fs/cgroup", "/user.slice/own")], IsBelowOwn = isBelowOwn };
        Assert.Equal(path, Assert.Single(CgroupPlanner.PlanCgroups(null, cgroupsPath, "id", facts).Places).Path);
    }
}
