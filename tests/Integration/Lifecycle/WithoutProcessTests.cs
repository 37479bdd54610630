// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Process": required when the container is started, not when it is created.</summary>
public class WithoutProcessTests
{
    private const string Missing = "process: is required to start a container";

    public WithoutProcessTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    private static readonly Dictionary<string, Action<Bundle>> _settings = new()
    {
        ["plain"] = _ => { },
        ["hooks"] = bundle => bundle.Config["hooks"] = new JsonObject { ["startContainer"] = new JsonArray(new JsonObject { ["path"] = "/bin/false" }) },
        ["seccomp"] = bundle => bundle.Linux["seccomp"] = new JsonObject { ["defaultAction"] = "SCMP_ACT_ALLOW" },
        ["joined pid namespace"] = bundle => bundle.Namespace("pid", "/proc/self/ns/pid"),
        ["user namespace"] = bundle =>
        {
            ((JsonArray)bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
            foreach (string map in (string[])["uidMappings", "gidMappings"])
                bundle.Linux[map] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 100000, ["size"] = 65536 });
        },
    };

    public static TheoryData<string> Settings => [.. _settings.Keys];

    [Theory]
    [Requirement("runtime/start-without-process", "config/process-for-start", "runtime/start-not-created")]
    [MemberData(nameof(Settings))]
    public void Without_process_create_succeeds_and_start_fails(string setting)
    {
        using Container container = new();
        _settings[setting](container.Bundle);
        ((JsonObject)container.Bundle.Config).Remove("process");
        container.Create().Ok();
        Assert.Equal(Missing, ErrorMessage.Of(container.Start()));
        Assert.Equal("created", container.Status);
        Assert.Contains("runcs-init", container.Runtime.Run("ps", container.Id).Ok().Stdout, StringComparison.Ordinal);
        Assert.Contains(" created ", container.Runtime.Run("list").Ok().Stdout, StringComparison.Ordinal);
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_stage_itself_has_no_program_to_run()
    {
        using Container container = new();
        ((JsonObject)container.Bundle.Config).Remove("process");
        container.Create().Ok();
        File.WriteAllBytes(container.Path($"state/{container.Id}/start"), [0]);
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Exec_takes_what_the_command_line_gives()
    {
        using Container container = new();
        ((JsonObject)container.Bundle.Config).Remove("process");
        container.Create().Ok();
        Assert.Equal("/ 0\n", container.Exec("/bin/sh", "-c", "echo $(pwd) $(id -u)").Ok().Stdout);
    }

    [Fact]
    public void Run_without_process_fails_at_once()
    {
        using Container container = new();
        ((JsonObject)container.Bundle.Config).Remove("process");
        Assert.Equal(Missing, ErrorMessage.Of(container.Run()));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Check_warns_of_a_config_without_process()
    {
        using Container container = new();
        ((JsonObject)container.Bundle.Config).Remove("process");
        container.Bundle.Write();
        Assert.Equal("warning: process: is missing, which start requires\nconfig.json: no problem found\n",
            container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Ok().Stdout);
    }
}
