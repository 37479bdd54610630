// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

[OnAnyRuntime]
public class SpecTests
{
    [Theory]
    [InlineData]
    [InlineData("--rootless")]
    public void Spec_writes_into_the_working_directory(params string[] flags)
    {
        using Container container = new();
        string directory = Directory.CreateDirectory(container.Path("new")).FullName;
        container.Runtime.Run(new Options { WorkingDirectory = directory }, ["spec", .. flags]).Ok();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "config.json")))!;
        Assert.Equal("sh", (string)config["process"]!["args"]![0]!);
        Assert.Equal(flags.Length > 0, config["linux"]!["uidMappings"] != null);
    }

    [Fact]
    public void Another_directory_may_be_named_and_nothing_is_overwritten()
    {
        using Container container = new();
        string directory = Directory.CreateDirectory(container.Path("new")).FullName;
        container.Runtime.Run("spec", "--bundle", directory).Ok();
        ErrorMessage.Is("File config.json exists. Remove it first", container.Runtime.Run("spec", "-b", directory));
    }

    [Fact]
    public void The_config_of_spec_runs_unchanged()
    {
        Requires.Root();
        using Container container = new();
        File.Delete(container.Bundle.ConfigPath);
        container.Runtime.Run("spec", "--bundle", container.Bundle.Directory).Ok();
        JsonNode config = JsonNode.Parse(File.ReadAllText(container.Bundle.ConfigPath))!;
        config["process"]!["terminal"] = false;
        container.Bundle.Config = config;
        Assert.Equal("3\n", container.Run(new Options { Stdin = "echo $((1 + 2))\n"u8.ToArray() }).Ok().Stdout);
    }
}
