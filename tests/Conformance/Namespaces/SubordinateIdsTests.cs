// SPDX-License-Identifier: Apache-2.0
using Runcs.Namespaces;

namespace Runcs.Conformance.Namespaces;

/// <summary>subuid(5), subgid(5), and what newuidmap(1) makes of them.</summary>
public class SubordinateIdsTests
{
    private const string Passwd = """
        root:x:0:0:root:/root:/bin/sh
        alice:x:1000:1001::/home/alice:/bin/sh
        bob:x:1001:1001::/home/bob:/bin/sh
        also-alice:x:1000:1002::/home/alice:/bin/sh
        short:x:1000
        :x:1000:7:::
        """;

    private static readonly HostAccount _alice = HostAccount.Parse(Passwd, 1000);

    [Fact]
    public void A_user_has_the_names_of_its_uid_and_the_group_of_the_first()
    {
        Assert.Equal(["alice", "also-alice"], _alice.Names);
        Assert.Equal(1001u, _alice.Gid);
        Assert.Empty(HostAccount.Parse(Passwd, 4242).Names);
        Assert.Null(HostAccount.Parse(Passwd, 4242).Gid);
        Assert.Empty(HostAccount.Parse("", 0).Names);
    }

    [Theory]
    [InlineData("alice:100000:65536", "100000+65536")]
    [InlineData("1000:100000:65536\n", "100000+65536")]
    [InlineData("also-alice:7:1", "7+1")]
    [InlineData("bob:100000:65536\nalice:200000:10\nbob:5:5\n1000:300000:20", "200000+10, 300000+20")]
    [InlineData("", "")]
    [InlineData("bob:100000:65536", "")]
    [InlineData("1001:100000:65536", "")]
    [InlineData("alic:1:1\nalice2:1:1\n10000:1:1\nALICE:1:1", "")]
    [InlineData("alice:4294967294:1", "4294967294+1")]
    [InlineData("alice:4294967294:2", "")]
    [InlineData("alice:0:4294967295", "0+4294967295")]
    public void The_ranges_of_a_user_are_those_of_its_names_and_of_its_number(string text, string ranges) => Assert.Equal(ranges, Ranges(text));

    [Theory]
    [InlineData("# alice:100000:65536")]
    [InlineData("#alice:100000:65536")]
    [InlineData(" alice:100000:65536")]
    [InlineData("alice :100000:65536")]
    [InlineData("alice:100000:65536 # range")]
    [InlineData("alice:100000")]
    [InlineData("alice:100000:")]
    [InlineData("alice::65536")]
    [InlineData("alice:100000:65536:")]
    [InlineData("alice:-1:65536")]
    [InlineData("alice:+1:65536")]
    [InlineData("alice:1e5:65536")]
    [InlineData("alice:100000:0")]
    [InlineData("alice:4294967296:1")]
    [InlineData("alice:1:99999999999999999999")]
    [InlineData(":100000:65536")]
    [InlineData("alice")]
    [InlineData("\0")]
    public void Other_lines_are_passed_over(string line) => Assert.Equal("5+5", Ranges($"{line}\nalice:5:5\n{line}"));

    [Theory]
    [InlineData(100, 10, true)]
    [InlineData(100, 20, true)]
    [InlineData(105, 10, true)]
    [InlineData(119, 1, true)]
    [InlineData(95, 25, true)]
    [InlineData(90, 30, true)]
    [InlineData(119, 2, false)]
    [InlineData(89, 1, false)]
    [InlineData(89, 5, false)]
    [InlineData(90, 31, false)]
    [InlineData(0, 4294967295, false)]
    [InlineData(4294967295, 4294967295, false)]
    [InlineData(200, 5, true)]
    public void Ids_are_contained_in_one_range_or_in_those_that_join(uint first, uint count, bool contained) =>
        Assert.Equal(contained, SubordinateIds.Parse("alice:110:10\nbob:0:4294967295\nalice:100:10\nalice:90:12\nalice:200:5\nalice:202:1", _alice).Contains(first, count));

    private static string Ranges(string text) => string.Join(", ", SubordinateIds.Parse(text, _alice).Ranges.Select(range => $"{range.First}+{range.Count}"));
}
