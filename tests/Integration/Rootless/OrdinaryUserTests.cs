// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration.Rootless;

/// <summary>The life of a container of an ordinary user: with its own id alone, and with a range of ids by newuidmap(1).</summary>
[OnAnyRuntime]
public class OrdinaryUserTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Root_in_the_container_is_the_user(bool range)
    {
        using Container container = New(range, out OrdinaryUser user);
        container.Bundle.Shell("id -u; cat /proc/self/uid_map /proc/self/setgroups; touch /made");
        string[] lines = [.. container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        string[] expected = range ? ["0", $"0 {user.Uid} 1", $"1 {user.FirstSubId} 65535", "allow"] : ["0", $"0 {user.Uid} 1", "deny"];
        Assert.Equal(expected, lines);
        Assert.Equal($"{user.Uid}\n", Command.Run("stat", "-c", "%u", Path.Combine(container.Bundle.Rootfs, "made")).Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_whole_life_of_a_container(bool range)
    {
        using Container container = New(range, out OrdinaryUser user);
        container.Bundle.Args("/bin/sleep", "100");
        container.Create().Ok();
        Assert.Equal("created", container.Status);
        Assert.Contains($"\nUid:\t{user.Uid}\t{user.Uid}\t", File.ReadAllText($"/proc/{container.Pid}/status"), StringComparison.Ordinal);
        container.Start().Ok();
        Assert.Equal("running", container.Status);
        Assert.Equal(container.Id, container.Runtime.Run("list", "-q").Ok().Stdout.Trim());
        Assert.Equal("0:0\n", container.Exec("sh", "-c", "echo $(id -u):$(id -g)").Ok().Stdout);
        container.Runtime.Run("exec", "--detach", "--pid-file", container.Path("pid"), container.Id, "sleep", "100").Ok();
        Assert.Contains($"\nUid:\t{user.Uid}\t", File.ReadAllText($"/proc/{File.ReadAllText(container.Path("pid"))}/status"), StringComparison.Ordinal);
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Assert.Equal("", container.Runtime.Run("list", "-q").Ok().Stdout.Trim());
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Ids_of_the_range_are_users_of_the_container()
    {
        // runc sets no groups for an ordinary user.
        Requires.Runcs();
        using Container container = New(range: true, out OrdinaryUser user);
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000, ["additionalGids"] = new JsonArray(5, 1001) };
        container.Bundle.Shell("id -u; id -G; exec sleep 100");
        using RunningCommand run = container.StartRun();
        run.WaitForStdout("1000\n1000 5 1001\n");
        string status = File.ReadAllText($"/proc/{container.Pid}/status");
        Assert.Contains($"\nUid:\t{user.FirstSubId + 999}\t", status, StringComparison.Ordinal);
        Assert.Contains($"\nGroups:\t{user.FirstSubId + 4} {user.FirstSubId + 1000} \n", status, StringComparison.Ordinal);
        Assert.Equal("1000 5 5 1001\n", container.Runtime.Run("exec", "--user", "1000:1000", "--additional-gids", "5", container.Id, "id", "-G").Ok().Stdout);
        container.Kill("KILL").Ok();
        Assert.Equal(137, run.Wait().ExitCode);
        Leftovers.AssertNone(container);
    }

    // open(2) of it checks the owner: a pipe of the caller's is given to the container's user.
    [Fact]
    public void A_user_of_the_range_can_open_its_standard_output_again()
    {
        using Container container = New(range: true, out OrdinaryUser user);
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        container.Bundle.Shell("echo again > /dev/stdout");
        container.Bundle.Write();
        string[] run = container.Runtime.CommandLine("run", "--bundle", container.Bundle.Directory, container.Id);
        Assert.Equal("again\n", Command.Run([.. user.Prefix, "sh", "-c", "\"$@\" | cat", "sh", .. run[user.Prefix.Length..]]).Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void All_capabilities_can_be_given()
    {
        using Container container = New(range: false, out _);
        container.Bundle.Privileged();
        container.Bundle.Shell("grep CapEff /proc/self/status; mount -t tmpfs tmpfs /tmp && echo mounted");
        Result result = container.Run().Ok();
        Assert.Contains("mounted", result.Stdout, StringComparison.Ordinal);
        if (RuntimeUnderTest.IsRuncs) Assert.Empty(result.Stderr);
        container.Runtime.GlobalOptions = [];
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Groups_that_cannot_be_set_are_an_error()
    {
        Requires.Runcs();
        using Container container = New(range: false, out OrdinaryUser user);
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0, ["additionalGids"] = new JsonArray(0) };
        Assert.Equal("process.user.additionalGids: groups cannot be set, since setgroups(2) is denied in a user namespace whose only gid an ordinary user has mapped; with a range in /etc/subgid it is not",
            ErrorMessage.Of(container.Create()).Replace("runcs create failed: ", "", StringComparison.Ordinal));
        container.Bundle.Process["user"]!.AsObject().Remove("additionalGids");
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        Assert.Contains("setgroups(2) is denied", container.Runtime.Run("exec", "--additional-gids", "0", container.Id, "id").Fails().Stderr, StringComparison.Ordinal);
        Assert.Equal("0\n", container.Exec("id", "-u").Ok().Stdout);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Without_a_user_namespace_it_is_refused()
    {
        using Container container = New(range: false, out OrdinaryUser user);
        container.Bundle.Namespace("user");
        foreach (string map in (string[])["uidMappings", "gidMappings"]) container.Bundle.Linux.AsObject().Remove(map);
        string message = container.Create().Fails().Stderr;
        if (RuntimeUnderTest.IsRuncs)
            Assert.Contains($"linux.namespaces: runcs runs as uid {user.Uid}, not as root, so the container needs a user namespace (runcs spec --rootless writes a config with one)", message, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    private static Container New(bool range, out OrdinaryUser user)
    {
        var container = new Container();
        user = range ? OrdinaryUser.WithRanges(container.Path(".")) : OrdinaryUser.Default;
        user.Adopt(container);
        if (range) user.MapRange(container);
        return container;
    }
}
