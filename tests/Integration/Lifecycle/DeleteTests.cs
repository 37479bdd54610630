// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

[OnAnyRuntime]
public class DeleteTests
{
    public DeleteTests() => Requires.Root();

    [Fact]
    [Requirement("runtime/delete-created")]
    public void A_created_container_is_killed_and_deleted()
    {
        using Container container = new();
        container.Create().Ok();
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/delete-not-stopped")]
    public void A_running_container_is_not_deleted()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        ErrorMessage.Is($"cannot delete container {container.Id} that is not stopped: running", container.Delete());
        Assert.Equal("running", container.Status);
    }

    [Theory]
    [InlineData("--force")]
    [InlineData("-f")]
    public void A_running_container_is_deleted_by_force(string flag)
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        container.Delete(flag).Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_flag_may_stand_behind_the_id()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        container.Runtime.Run("delete", container.Id, "--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void With_force_a_missing_container_is_no_error()
    {
        using Container container = new();
        Assert.Equal("", container.Delete("--force").Ok().Stderr);
    }

    [Fact]
    public void A_directory_without_a_record_is_removed_by_force_only()
    {
        using Container container = new();
        string directory = Directory.CreateDirectory(Path.Combine(container.Runtime.Root, container.Id)).FullName;
        Assert.StartsWith("container does not exist", ErrorMessage.Of(container.Delete()), StringComparison.Ordinal);
        container.Delete("--force").Ok();
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    [InGuest]
    public void In_the_hosts_pid_namespace_what_the_program_left_behind_is_ended()
    {
        using Container container = new();
        container.Bundle.Namespace("pid").Shell("sleep 100 & true");
        container.Up();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("runtime/lifecycle-poststop", "runtime/lifecycle-poststop-fails", "config/hooks-poststop-when")]
    public void Poststop_hooks_run_after_everything_is_gone_and_cannot_fail_the_delete()
    {
        Requires.Runcs(); // runc fails with them, and skips the rest
        using Container container = new();
        string mark = container.Path("mark"), state = Path.Combine(container.Runtime.Root, container.Id);
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["poststop"] = new JsonArray(
                Hook("cat > /dev/null; exit 1"),
                Hook($"cat > {mark}; ls -d {state} >> {mark} 2>/dev/null; true")),
        };
        container.Up();
        container.WaitForStatus("stopped");
        Result result = container.Delete().Ok();
        Assert.Contains("level=warning", result.Stderr, StringComparison.Ordinal);
        JsonNode told = JsonNode.Parse(File.ReadAllText(mark))!;
        Assert.Equal("stopped", (string)told["status"]!);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_delete_that_was_killed_when_the_config_was_removed_can_be_repeated()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Config["hooks"] = new JsonObject { ["poststop"] = new JsonArray(Hook("true")) };
        container.Create().Ok();
        File.Delete(Path.Combine(container.Runtime.Root, container.Id, "config.json"));
        Assert.Contains("the poststop hooks are not run", container.Delete("--force").Ok().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    private static JsonObject Hook(string script) => new()
    {
        ["path"] = "/bin/sh",
        ["args"] = new JsonArray("sh", "-c", script),
        ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
    };
}
