// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>A property in the wrong case is ignored, as the specification requires, but reported: runc accepts it.</summary>
public class MisnamedPropertyTests
{
    private const string Args = "process.Args: is not known, and ignored: did you mean \"args\"?";

    public MisnamedPropertyTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    [Fact]
    [Requirement("config/unknown-properties")]
    public void A_container_that_runs_without_the_property_causes_a_warning()
    {
        using Container container = new();
        container.Bundle.Shell("echo $HOME");
        container.Bundle.Config["Hostname"] = "other";
        Result result = container.Run().Ok();
        Assert.Contains("level=warning msg=\"Hostname: is not known, and ignored: did you mean \\\"hostname\\\"?\"", result.Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void An_error_of_the_config_names_it_too()
    {
        using Container container = new();
        Rename(container, "args", "Args");
        Assert.Equal($"process.args: must name the program to run; warning: {Args}", ErrorMessage.Of(container.Create()));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void An_error_of_the_kernel_names_it_too()
    {
        using Container container = new();
        container.Bundle.Args("nowhere");
        Rename(container, "env", "Env");
        Assert.EndsWith("exec: \"nowhere\": executable file not found in $PATH; warning: process.Env: is not known, and ignored: did you mean \"env\"?",
            ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_reports_a_misnamed_property()
    {
        using Container container = new();
        container.Bundle.Shell("sleep 100");
        container.Up();
        string file = container.Path("process.json");
        File.WriteAllText(file, """{"cwd": "/", "Args": ["true"]}""");
        Assert.Contains(Escaped(Args), container.Runtime.Run("exec", "--process", file, container.Id).Exits(255).Stderr, StringComparison.Ordinal);
        File.WriteAllText(file, """{"Cwd": "/", "args": 1}""");
        Assert.Contains(Escaped("Cwd: is not known, and ignored: did you mean \"cwd\"?"), container.Runtime.Run("exec", "--process", file, container.Id).Exits(255).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_reports_a_misnamed_property()
    {
        using Container container = new();
        container.Bundle.Shell("sleep 100");
        container.Up();
        string file = container.Path("resources.json");
        File.WriteAllText(file, """{"pids": {"Limit": 5}}""");
        Assert.Contains("resources.pids.Limit: is not known, and ignored: did you mean", container.Runtime.Run("update", "--resources", file, container.Id).Ok().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_reports_a_misnamed_property()
    {
        using Container container = new();
        Rename(container, "args", "Args");
        container.Bundle.Write();
        Assert.Equal($"process.args: must name the program to run\nwarning: {Args}\n", container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Exits(1).Stdout);
    }

    private static string Escaped(string message) => message.Replace("\"", "\\\"", StringComparison.Ordinal);

    private static void Rename(Container container, string name, string other)
    {
        JsonNode value = container.Bundle.Process[name]!.DeepClone();
        ((JsonObject)container.Bundle.Process).Remove(name);
        container.Bundle.Process[other] = value;
    }
}
