// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>The additions of <c>--debug</c> to the log: the steps of a command, in order.</summary>
public class LogTests
{
    public LogTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    [Fact]
    public void Debug_prints_every_step()
    {
        using Container container = new();
        container.Bundle.Args("true");
        container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/true" }) };
        string log = container.Path("log.json");
        container.Runtime.GlobalOptions = ["--debug", "--log", log, "--log-format", "json"];
        Result result = container.Run().Ok();
        Assert.Equal("", result.Stderr);
        string[] entries = File.ReadAllLines(log);
        Assert.Equal(
            ["state directory created", "init cloned", "cgroups created, limits set", "filesystems mounted",
                "createRuntime hook #0", "ready", "program started", "cgroups and state directory removed"],
            entries.Select(Message).Select(message => message.Split(':')[0]));
    }

    [Fact]
    public void Without_debug_a_command_that_succeeds_writes_nothing()
    {
        using Container container = new();
        container.Bundle.Args("true");
        Assert.Equal("", container.Run().Ok().Stderr);
    }

    private static string Message(string entry)
    {
        using JsonDocument document = JsonDocument.Parse(entry);
        Assert.Equal("debug", document.RootElement.GetProperty("level").GetString());
        return document.RootElement.GetProperty("msg").GetString()!;
    }
}
