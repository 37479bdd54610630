// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

[OnAnyRuntime]
public class ListTests
{
    public ListTests() => Requires.Root();

    [Fact]
    public void No_containers_are_null()
    {
        using Container container = new();
        Directory.CreateDirectory(container.Runtime.Root);
        Assert.Equal("null\n", container.Runtime.Run("list", "--format", "json").Ok().Stdout);
        Assert.Equal("ID          PID         STATUS      BUNDLE      CREATED     OWNER\n", container.Runtime.Run("list").Ok().Stdout);
        Assert.Equal("", container.Runtime.Run("list", "-q").Ok().Stdout);
    }

    [Fact]
    public void The_table_has_the_columns_of_runc()
    {
        using Container container = new();
        container.Create().Ok();
        string[] lines = container.Runtime.Run("list").Ok().Stdout.Split('\n');
        Assert.Equal(3, lines.Length);
        JsonNode state = container.State();
        string[] cells = [container.Id, container.Pid.ToString(), "created", container.Bundle.Directory, (string)state["created"]!, "root"];
        string[] heads = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];
        string header = "", row = "";
        for (int i = 0; i < cells.Length - 1; i++)
        {
            int width = Math.Max(12, cells[i].Length + 3);
            header += heads[i].PadRight(width);
            row += cells[i].PadRight(width);
        }
        Assert.Equal(header + "OWNER", lines[0]);
        Assert.Equal(row + "root", lines[1]);
    }

    [Fact]
    public void As_json_it_is_one_line_of_states()
    {
        using Container container = new();
        container.Create().Ok();
        string text = container.Runtime.Run("list", "--format=json").Ok().Stdout;
        Assert.EndsWith("]\n", text, StringComparison.Ordinal);
        Assert.Single(text.TrimEnd('\n').Split('\n'));
        JsonNode state = container.State();
        state["owner"] = "root";
        Assert.Equal(state.ToJsonString(), JsonNode.Parse(text)!.AsArray().Single()!.ToJsonString());
    }

    [Fact]
    public void Quiet_gives_the_ids_in_order()
    {
        using Container container = new();
        container.Bundle.Write();
        foreach (string id in (string[])["b", "a", "B"])
            container.Runtime.Run("create", "--bundle", container.Bundle.Directory, $"{container.Id}-{id}").Ok();
        Assert.Equal($"{container.Id}-B\n{container.Id}-a\n{container.Id}-b\n", container.Runtime.Run("list", "--quiet").Ok().Stdout);
        foreach (string id in (string[])["b", "a", "B"])
            container.Runtime.Run("delete", "--force", $"{container.Id}-{id}").Ok();
    }

    [Fact]
    public void An_unreadable_container_does_not_hide_the_others()
    {
        using Container container = new();
        container.Create().Ok();
        Directory.CreateDirectory(Path.Combine(container.Runtime.Root, "0broken"));
        Result result = container.Runtime.Run("list", "-q").Ok();
        Assert.Equal($"{container.Id}\n", result.Stdout);
        Assert.Contains("load container 0broken: container does not exist", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_two_formats_are_known() =>
        ErrorMessage.Is("invalid format option", new Container().Runtime.Run("list", "-f", "yaml"));
}
