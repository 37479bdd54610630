// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>delete and kill --regex: crun's flag for all containers whose id matches.</summary>
public class RegexTests
{
    private readonly string[] _ids = ["box-1", "box-2", "other"];

    public RegexTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    [Theory]
    [InlineData("--regex")]
    [InlineData("-r")]
    public void The_command_is_for_every_container_that_matches_and_for_no_other(string flag)
    {
        using Container container = New();
        Result(container, "kill", flag, "^box-[0-9]+$", "KILL");
        Eventually.True(() => Status(container, "box-1") == "stopped" && Status(container, "box-2") == "stopped", "box-1 and box-2 do not end");
        Assert.Equal("created", Status(container, "other"));
        Result(container, "delete", flag, "box");
        Assert.Equal(["other"], Ids(container));
        Result(container, "delete", "--force", flag, "^(o|p)ther$");
        Assert.Empty(Ids(container));
        // None need match, as with crun.
        Assert.Equal("", Result(container, "delete", flag, "."));
    }

    [Fact]
    public void One_that_fails_is_a_warning_and_the_others_follow()
    {
        using Container container = New();
        container.Runtime.Run("start", "box-1").Ok();
        Assert.Contains("level=warning msg=\"box-1: cannot delete container box-1 that is not stopped", Result(container, "delete", "-r", ".*"), StringComparison.Ordinal);
        Assert.Equal(["box-1"], Ids(container));
        Result(container, "delete", "-f", "-r", ".*");
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("kill")]
    public void A_wrong_expression_is_an_error(string verb)
    {
        using Container container = New();
        Assert.Contains("invalid regular expression \\\"box(\\\": ", container.Runtime.Run(verb, "--regex", "box(").Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Equal(_ids, Ids(container));
        Result(container, "delete", "--force", "--regex", ".");
    }

    private Container New()
    {
        Container container = new();
        container.Bundle.Args("sleep", "1000");
        container.Bundle.Linux["cgroupsPath"] = "";
        container.Runtime.GlobalOptions = ["--cgroup-manager=disabled"];
        container.Bundle.Write();
        foreach (string id in _ids) container.Runtime.Run("create", "--bundle", container.Bundle.Directory, id).Ok();
        return container;
    }

    private static string Result(Container container, params string[] arguments) => container.Runtime.Run(arguments).Ok().Stderr;

    private static string Status(Container container, string id) => (string)System.Text.Json.Nodes.JsonNode.Parse(container.Runtime.Run("state", id).Ok().Stdout)!["status"]!;

    private static string[] Ids(Container container) => container.Runtime.Run("list", "--quiet").Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
