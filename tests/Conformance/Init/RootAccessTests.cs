// SPDX-License-Identifier: Apache-2.0
using Runcs.Init.Parent;
using Runcs.Namespaces;

namespace Runcs.Conformance.Init;

/// <summary>path_resolution(7), "Permissions", for the container's root, whose capabilities cover only files of mapped ids.</summary>
public class RootAccessTests
{
    private static readonly IdMaps _ids = new(new IdMap(new IdRange(0, 1000, 1), new IdRange(1, 100000, 10)), new IdMap(new IdRange(0, 1001, 1), new IdRange(1, 200000, 10)));

    [Theory]
    [InlineData(1000, 0, "700", true)]
    [InlineData(1000, 0, "677", false)]
    [InlineData(0, 1001, "710", true)]
    [InlineData(0, 1001, "701", false)]
    [InlineData(0, 0, "701", true)]
    [InlineData(0, 0, "770", false)]
    [InlineData(0, 0, "755", true)]
    [InlineData(1000, 1001, "0", true)]
    [InlineData(100009, 200009, "700", true)]
    [InlineData(100010, 200009, "700", false)]
    [InlineData(100009, 200010, "700", false)]
    [InlineData(100010, 200010, "701", true)]
    public void The_first_class_that_matches_decides_unless_both_ids_are_mapped(uint uid, uint gid, string mode, bool enters)
    {
        string? problem = RootAccess.Problem("/r", uid, gid, Convert.ToUInt32(mode, 8), _ids);
        if (enters) Assert.Null(problem);
        else Assert.Equal($"\"/r\" (mode {mode}, of uid {uid} and gid {gid}) cannot be entered by the container's root, which is uid 1000 and gid 1001 of the host: chmod a+x, or give it to ids of the mappings", problem);
    }

    [Fact]
    public void Without_a_root_it_is_unknown() => Assert.Null(RootAccess.Problem("/r", 0, 0, 0, new(new IdMap(new IdRange(1, 1, 1)), _ids.Gids)));
}
