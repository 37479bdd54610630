// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration.Rootless;

/// <summary>A container of an ordinary user that joins the namespaces of another, as in a pod: first the user namespace, then those that it owns.</summary>
[OnAnyRuntime]
public class OrdinaryUserPodTests
{
    private static readonly string[] _shared = ["ipc", "uts"];
    private static readonly string[] _withNetworkAndPids = ["network", "ipc", "uts", "pid"];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_member_joins(bool range, bool networkAndPids)
    {
        // runc joins a pid namespace by a clone that is then not its child.
        string[] kinds = networkAndPids ? _withNetworkAndPids : _shared;
        using Container sandbox = new();
        OrdinaryUser user = range ? OrdinaryUser.WithRanges(sandbox.Path(".")) : OrdinaryUser.Default;
        user.Adopt(sandbox);
        if (range) user.MapRange(sandbox);
        sandbox.Bundle.Args("/bin/sleep", "100").Config["hostname"] = "pod";
        ((JsonArray)sandbox.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "network" });
        sandbox.Up();

        using Container member = new();
        user.Adopt(member);
        member.Bundle.Config.AsObject().Remove("hostname");
        foreach (string map in (string[])["uidMappings", "gidMappings"]) member.Bundle.Linux.AsObject().Remove(map);
        member.Bundle.Namespace("user", $"/proc/{sandbox.Pid}/ns/user");
        foreach (string kind in kinds) member.Bundle.Namespace(kind, $"/proc/{sandbox.Pid}/ns/{(kind == "network" ? "net" : kind)}");
        member.Bundle.Shell("hostname; readlink /proc/self/ns/user; id -u; grep -c sleep /proc/[0-9]*/comm | grep -c :1; cat /proc/self/setgroups");
        string[] lines = member.Run().Ok().Stdout.Split('\n');
        Assert.Equal("pod", lines[0]);
        Assert.Equal(new FileInfo($"/proc/{sandbox.Pid}/ns/user").LinkTarget, lines[1]);
        Assert.Equal("0", lines[2]);
        Assert.Equal(networkAndPids ? "1" : "0", lines[3]);
        Assert.Equal(range ? "allow" : "deny", lines[4]);
        Assert.Equal("running", sandbox.Status);
        Leftovers.AssertNone(member);
        sandbox.Delete("--force").Ok();
        Leftovers.AssertNone(sandbox);
    }

    [Fact]
    public void Groups_that_a_joined_user_namespace_denies_are_an_error()
    {
        Requires.Runcs();
        using Container sandbox = new();
        OrdinaryUser.Default.Adopt(sandbox);
        sandbox.Bundle.Args("/bin/sleep", "100");
        sandbox.Up();
        using Container member = new();
        OrdinaryUser.Default.Adopt(member);
        foreach (string map in (string[])["uidMappings", "gidMappings"]) member.Bundle.Linux.AsObject().Remove(map);
        member.Bundle.Namespace("user", $"/proc/{sandbox.Pid}/ns/user");
        member.Bundle.Process["user"]!["additionalGids"] = new JsonArray(0);
        Assert.Contains("process.user.additionalGids: groups cannot be set, since setgroups(2) is denied", ErrorMessage.Of(member.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(member);
    }
}
