// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>SCMP_ACT_NOTIFY with a real agent (config-linux.md, "The Container Process State"; seccomp_unotify(2)).</summary>
[OnAnyRuntime]
public class SeccompListenerTests
{
    public SeccompListenerTests() => Requires.Root();

    [Theory]
    [Requirement("config-linux/seccomp-listener-fd")]
    [InlineData(true)]
    [InlineData(false)]
    public void The_agent_decides_on_calls(bool noNewPrivileges)
    {
        using Container container = new();
        using SeccompAgent agent = SeccompAgent.Listen(container.Path("agent"), call => call.Number == SeccompAgent.Mkdir ? 121 : null);
        Ask(container, "mkdir", "mkdir /tmp/x 2>&1; ls /tmp");
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        Result result = container.Run();
        Assert.Contains("Remote I/O error", result.Stdout, StringComparison.Ordinal);
        Assert.NotEmpty(agent.Asked);
    }

    [Fact]
    [Requirement("config-linux/seccomp-listener-socket", "config-linux/seccomp-listener-one-state", "config-linux/seccomp-listener-closed", "config-linux/seccomp-listener-fd",
        "config-linux/process-state-sent", "config-linux/process-state-ociversion", "config-linux/process-state-pid", "config-linux/process-state-state")]
    public void The_agent_receives_the_state_during_create_and_lets_a_call_through()
    {
        using Container container = new();
        using SeccompAgent agent = SeccompAgent.Listen(container.Path("agent"), _ => null);
        Ask(container, "mkdir", "mkdir /tmp/x && ls /tmp; sleep 100");
        container.Bundle.Config["annotations"] = new JsonObject { ["org.example"] = "value" };
        container.Bundle.Linux["seccomp"]!["listenerMetadata"] = "some \"text\"";
        container.Create().Ok();
        JsonNode state = JsonNode.Parse(agent.State)!;
        int pid = container.Pid;
        Assert.Equal(["seccompFd"], state["fds"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(("some \"text\"", pid, container.Id), ((string)state["metadata"]!, (int)state["pid"]!, (string)state["state"]!["id"]!));
        Assert.Equal(("creating", pid, container.Bundle.Directory), ((string)state["state"]!["status"]!, (int)state["state"]!["pid"]!, (string)state["state"]!["bundle"]!));
        Assert.Equal("value", (string?)state["state"]!["annotations"]!["org.example"]);
        Assert.NotEmpty((string)state["ociVersion"]!);
        Assert.True(agent.IsClosed, "one message for a connection, which is closed after it");
        container.Start().Ok();
        Eventually.True(() => agent.Asked.Contains(SeccompAgent.Mkdir), "the agent is asked");
    }

    [Fact]
    [Requirement("config-linux/process-state-fds-first")]
    public void A_long_message_has_its_descriptor_in_front()
    {
        using Container container = new();
        using SeccompAgent agent = SeccompAgent.Listen(container.Path("agent"), _ => null);
        Ask(container, "mkdir", "true");
        string metadata = new('x', 1_000_000);
        container.Bundle.Linux["seccomp"]!["listenerMetadata"] = metadata;
        container.Run().Ok();
        Assert.Equal(metadata, (string)JsonNode.Parse(agent.State)!["metadata"]!);
        Assert.True(agent.HadDescriptorFirst);
    }

    // The exec stage's own calls under the filter are reported too, and the agent is already listening.
    [Theory]
    [InlineData("read")]
    [InlineData("execve")]
    public void Calls_of_the_start_itself_may_notify_the_agent(string call)
    {
        using Container container = new();
        using SeccompAgent agent = SeccompAgent.Listen(container.Path("agent"), _ => null);
        Ask(container, call, "echo ran");
        container.Create().Ok();
        container.Start().Ok();
        container.WaitForStatus("stopped");
        Assert.NotEmpty(agent.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_member_of_a_pod_has_its_agent(bool noNewPrivileges)
    {
        using Container first = new();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container container = new();
        using SeccompAgent agent = SeccompAgent.Listen(container.Path("agent"), call => call.Number == SeccompAgent.Mkdir ? 121 : null);
        Ask(container, "mkdir", "mkdir /tmp/x 2>&1");
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        container.Bundle.Namespace("pid", $"/proc/{first.Pid}/ns/pid");
        Assert.Contains("Remote I/O error", container.Run().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_of_container_hooks_notify_the_agent()
    {
        using Container container = new();
        using SeccompAgent agent = SeccompAgent.Listen(container.Path("agent"), call => call.Number == SeccompAgent.Mkdir ? 121 : null);
        Ask(container, "mkdir", "echo ran");
        container.Bundle.Config["hooks"] = new JsonObject { ["startContainer"] = new JsonArray(new JsonObject { ["path"] = "/bin/mkdir", ["args"] = new JsonArray("mkdir", "/tmp/x") }) };
        Assert.DoesNotContain("ran", container.Run().Fails().Stdout, StringComparison.Ordinal);
        Assert.NotEmpty(agent.Asked);
    }

    [Fact]
    [Requirement("config-linux/seccomp-listener-fails")]
    public void Without_its_agent_the_container_is_not_made()
    {
        using Container container = new();
        Ask(container, "mkdir", "echo ran");
        Result result = container.Run().Fails();
        Assert.DoesNotContain("ran", result.Stdout, StringComparison.Ordinal);
        if (RuntimeUnderTest.IsRuncs) Assert.Contains("linux.seccomp.listenerPath: connect(2)", result.Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_path_does_not_matter_when_nothing_is_asked()
    {
        using Container container = new();
        container.Bundle.Shell("echo ran");
        container.Bundle.Linux["seccomp"] = SeccompTests.Profile("SCMP_ACT_ALLOW", SeccompTests.Rule("SCMP_ACT_ERRNO", ["mkdir"]));
        container.Bundle.Linux["seccomp"]!["listenerPath"] = "/nowhere";
        Assert.Equal("ran\n", container.Run().Ok().Stdout);
    }

    private static void Ask(Container container, string call, string script)
    {
        container.Bundle.Shell(script).Mount("/tmp", "tmpfs", "tmpfs");
        container.Bundle.Linux["seccomp"] = SeccompTests.Profile("SCMP_ACT_ALLOW", SeccompTests.Rule("SCMP_ACT_NOTIFY", [call]));
        container.Bundle.Linux["seccomp"]!["listenerPath"] = container.Path("agent");
    }
}
