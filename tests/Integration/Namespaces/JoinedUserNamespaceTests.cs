// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>A container that joins the user namespace of another one.</summary>
[OnAnyRuntime]
public class JoinedUserNamespaceTests
{
    public JoinedUserNamespaceTests()
    {
        Requires.Root();
        Requires.UserNamespaces();
    }

    [Fact]
    public void Another_containers_user_namespace_is_joined_with_all_that_belongs_to_it()
    {
        using Container first = UserMaps.NewContainer();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        foreach ((string kind, string file) in ((string, string)[])[("user", "user"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("pid", "pid")])
            second.Bundle.Namespace(kind, $"/proc/{first.Pid}/ns/{file}");
        second.Bundle.Config["hostname"] = "the-second";
        second.Bundle.Process["user"] = new JsonObject { ["uid"] = 1, ["gid"] = 1 };
        second.Bundle.Shell("for n in user net ipc uts; do readlink /proc/self/ns/$n; done; cat /proc/1/comm; uname -n; id -u; ls /sys/class/net; echo again > /dev/stdout");
        string links = string.Concat(((string[])["user", "net", "ipc", "uts"]).Select(file => Link(first.Pid, file) + "\n"));
        Assert.Equal(links + "sleep\nthe-second\n1\nlo\nagain\n", second.Run(new Options { Pipes = true }).Ok().Stdout);
        Leftovers.AssertNone(second);
    }

    // A process already there that sees the host's pids could otherwise take the runtime's descriptors (compare
    // CVE-2016-9962).
    [Theory]
    [InlineData("joined")]
    [InlineData("new")]
    [InlineData("host")]
    public void Nothing_that_enters_a_user_namespace_of_others_can_be_looked_into(string pids)
    {
        Requires.Runcs();
        const ulong PR_SET_DUMPABLE = 4, CLONE_NEWUSER = 0x10000000;
        using Container first = UserMaps.NewContainer();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        second.Bundle.Namespace("user", $"/proc/{first.Pid}/ns/user").Args("/bin/true");
        if (pids == "joined") second.Bundle.Namespace("pid", $"/proc/{first.Pid}/ns/pid");
        if (pids == "host") second.Bundle.Namespace("pid");
        second.Bundle.Write();
        TracedResult traced = TracedCommand.Run(second.Runtime.CommandLine("run", "--bundle", second.Bundle.Directory, second.Id));
        Assert.True(traced.Result.ExitCode == 0, traced.Result.Stderr);
        TracedCall[] entries = [.. traced.Calls.Where(call => call.Name == "setns" && call.Arguments[1] == CLONE_NEWUSER)];
        Assert.Equal(2, entries.Length);
        foreach (TracedCall entry in entries)
            Assert.Contains(traced.Calls.TakeWhile(call => call != entry), call => call.Process == entry.Process && call.Name == "prctl" && call.Arguments[0] == PR_SET_DUMPABLE && call.Arguments[1] == 0);
    }

    [Fact]
    public void Maps_beside_the_path_of_a_user_namespace_must_be_its_own()
    {
        Requires.Runcs();
        using Container first = UserMaps.NewContainer();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        string path = $"/proc/{first.Pid}/ns/user";
        using Container second = UserMaps.NewContainer();
        second.Bundle.Namespace("user", path).Shell("id -u");
        Assert.Equal("0\n", second.Run().Ok().Stdout);
        UserMaps.Set(second, (0, UserMaps.Host, UserMaps.Size - 1));
        Assert.Equal($"linux.uidMappings: differ from those of the user namespace \"{path}\"; linux.gidMappings: differ from those of the user namespace \"{path}\"", ErrorMessage.Of(second.Run()));
        ((JsonObject)second.Bundle.Linux).Remove("uidMappings");
        ((JsonObject)second.Bundle.Linux).Remove("gidMappings");
        second.Bundle.Process["user"]!["uid"] = 70000;
        Assert.Equal($"process.user.uid: 70000 is not in {path}", ErrorMessage.Of(second.Run()));
        second.Bundle.Process["user"]!["uid"] = 0;
        second.Bundle.Namespace("user", "/proc/self/ns/user");
        Assert.Contains("setns(2) on \"/proc/self/ns/user\": invalid argument (EINVAL)", ErrorMessage.Of(second.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(second);
    }

    private static string Link(object process, string file) => new FileInfo($"/proc/{process}/ns/{file}").LinkTarget!;
}
