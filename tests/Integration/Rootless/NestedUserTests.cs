// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration.Rootless;

/// <summary>Callers whose uid 0 is somebody else outside: root of a user namespace, as in rootless Podman, and inside another container.</summary>
[OnAnyRuntime]
public class NestedUserTests
{
    private static readonly string[] _ownId = ["unshare", "--user", "--mount", "--map-root-user"];
    private static readonly string[] _ranges = ["unshare", "--user", "--mount", "--map-root-user", "--map-auto"];

    // The config is that of root: without a user namespace.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Root_of_a_user_namespace_runs_roots_config(bool range)
    {
        // runc cannot: gid 5 of /dev/pts is not mapped.
        if (!range) Requires.Runcs();
        using Container container = New(range ? _ranges : _ownId, out OrdinaryUser user);
        container.Bundle.Shell("id -u; hostname; cat /proc/self/setgroups; echo > /dev/null; ls /sys/class/net; exit 7");
        Assert.Equal($"0\nrunc\n{(range ? "allow" : "deny")}\nlo\n", container.Run().Exits(7).Stdout);
        Leftovers.AssertNone(container);
        Assert.NotEqual(0, user.Uid);
    }

    [Fact]
    public void It_creates_and_enters_a_container_like_an_engine()
    {
        using Container container = New(_ranges, out OrdinaryUser user);
        container.Bundle.Args("/bin/sleep", "100");
        // One user namespace for all commands, as an engine has it.
        string commands = """
            "$1" --root "$2" create --bundle "$3" "$4" < /dev/null > /dev/null 2>&1 && "$1" --root "$2" start "$4" && "$1" --root "$2" exec --user 1000:1000 "$4" id -u
            "$1" --root "$2" state "$4" | grep -o running; "$1" --root "$2" delete --force "$4"; ls "$2" | wc -l
            """;
        container.Bundle.Write();
        Result result = Command.Run([.. container.Runtime.Prefix, "sh", "-c", commands, "sh", RuntimeUnderTest.Executable, container.Runtime.Root, container.Bundle.Directory, container.Id]);
        Assert.Equal("1000\nrunning\n0\n", result.Ok().Stdout);
        Assert.NotEqual(0, user.Uid);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Its_containers_have_user_namespaces_of_their_own()
    {
        using Container container = New(_ranges, out OrdinaryUser user);
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        foreach (string map in (string[])["uidMappings", "gidMappings"])
            container.Bundle.Linux[map] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 1000, ["size"] = 2000 });
        container.Bundle.Shell("id -u; cat /proc/self/uid_map | tr -s ' '; cat /proc/self/setgroups");
        Assert.Equal("0\n 0 1000 2000\nallow\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
        Assert.NotEqual(0, user.Uid);
    }

    // mount_too_revealing() in the kernel's fs/namespace.c: a new procfs would show a further user namespace what is masked in
    // the outer one.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void In_a_container_of_an_ordinary_user(bool masked, bool users)
    {
        Requires.Runcs();
        using Container outer = new();
        OrdinaryUser user = OrdinaryUser.WithRanges(outer.Path("."));
        Bundle inner = new(Directory.CreateDirectory(outer.Path("inner")).FullName);
        inner.Shell("id -u; echo > /dev/null; echo ran").Linux.AsObject().Remove("resources");
        if (users)
        {
            ((JsonArray)inner.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
            foreach (string map in (string[])["uidMappings", "gidMappings"])
                inner.Linux[map] = new JsonArray(Range(0, 0, 1), Range(1, 1, 999));
        }
        inner.Write();
        user.Adopt(outer);
        user.MapRange(outer);
        JsonNode restricted = outer.Bundle.Linux["maskedPaths"]!.DeepClone();
        outer.Bundle.Privileged();
        if (masked) outer.Bundle.Linux["maskedPaths"] = restricted;
        outer.Bundle.Mount("/inner", "bind", inner.Directory, "rbind").Mount("/runcs", "bind", RuntimeUnderTest.Executable, "bind", "ro");
        outer.Bundle.Shell("/runcs --root /tmp/r run --bundle /inner one; echo code $?; ls /tmp/r | wc -l");
        Result result = outer.Run().Ok();
        Assert.Equal(masked && users ? "code 1\n0\n" : "0\nran\ncode 0\n0\n", result.Stdout);
        if (masked && users) Assert.Contains("mounts[0]: fsmount(2) on \\\"proc\\\": operation not permitted (EPERM): a part of the outer /proc is masked", result.Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(outer);
    }

    // user_namespaces(7): a range must be mapped in the parent by one line.
    [Fact]
    public void A_range_that_the_callers_own_map_divides_is_an_error_that_says_so()
    {
        Requires.Runcs();
        using Container container = New(_ranges, out _);
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        foreach (string map in (string[])["uidMappings", "gidMappings"]) container.Bundle.Linux[map] = new JsonArray(Range(0, 0, 1000));
        Assert.Matches("^linux.uidMappings: write\\(2\\) on \"/proc/[0-9]+/uid_map\": operation not permitted \\(EPERM\\): each hostID and size must lie in one line of the caller's own map, /proc/self/uid_map$",
            ErrorMessage.Of(container.Run()).Replace("runcs run failed: ", "", StringComparison.Ordinal));
        Leftovers.AssertNone(container);
    }

    private static JsonObject Range(int inside, int outside, int size) => new() { ["containerID"] = inside, ["hostID"] = outside, ["size"] = size };

    private static Container New(string[] into, out OrdinaryUser user)
    {
        var container = new Container();
        user = OrdinaryUser.WithRanges(container.Path("."));
        user.Give(container.Path("."));
        container.Bundle.Linux.AsObject().Remove("cgroupsPath");
        container.Bundle.Linux["resources"] = new JsonObject();
        container.Runtime.Prefix = [.. user.Prefix, .. into, "--"];
        return container;
    }
}
