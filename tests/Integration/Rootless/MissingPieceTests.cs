// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration.Rootless;

/// <summary>What an ordinary user's container lacks on a host: <c>check</c> and the error of <c>create</c> name it and its remedy alike.</summary>
public sealed class MissingPieceTests : IDisposable
{
    private const string OfMapping = "linux.uidMappings[1]: ids {first} to {last} of the host are not the caller's to map: ";

    private readonly Container _container = new();
    private readonly OrdinaryUser _user;

    public MissingPieceTests()
    {
        Requires.Root();
        Requires.Runcs();
        _user = OrdinaryUser.WithRanges(_container.Path("."));
        _user.Adopt(_container);
        _user.MapRange(_container);
        _container.Bundle.Shell("echo it runs");
        _container.Bundle.Write();
        _user.Give(_container.Path("bundle"));
    }

    public void Dispose() => _container.Dispose();

    [Fact]
    public void Nothing_is_missing()
    {
        Assert.Equal("config.json: no problem found\n", Check().Ok().Stdout);
        Assert.Equal("it runs\n", _container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("", OfMapping + "/etc/subuid has no range for uid {uid}: as root add a line such as runcs-test:100000:65536, with ids that no other user has")]
    [InlineData("root:100000:65536\n#runcs-test:{first}:65536\n", OfMapping + "/etc/subuid has no range for uid {uid}: ")]
    [InlineData("runcs-test:{first}:10\n{uid}:500:10\n", OfMapping + "/etc/subuid has {first} to {ninth}, 500 to 509 for uid {uid}: map these, or as root add a line with ids that no other user has")]
    public void A_range(string subuid, string problem)
    {
        _user.Put("subuid", Fill(subuid));
        Missing(problem);
        // The helper's own words are the last.
        Assert.EndsWith($"newuidmap: uid range [1-65536) -> [{_user.FirstSubId}-{_user.FirstSubId + 65535}) not allowed", ErrorMessage.Of(_container.Create()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_of_groups()
    {
        _user.Put("subgid", "");
        Missing(OfMapping.Replace("uid", "gid", StringComparison.Ordinal) + "/etc/subgid has no range for uid {uid}: ");
    }

    [Fact]
    public void The_helpers()
    {
        _container.Runtime.Prefix = [.. _user.Prefix, "env", "PATH=/nowhere"];
        foreach ((string map, string name) in (ValueTuple<string, string>[])[("uid", "newuidmap"), ("gid", "newgidmap")])
        {
            Missing($"linux.{map}Mappings: runcs runs as uid {{uid}}, which may map only its own id: for other ids {name} is needed (package uidmap or shadow-utils), and PATH has none");
            _container.Bundle.Linux["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = _user.Uid, ["size"] = 1 });
        }
    }

    [Theory]
    [InlineData("cp {helper} {d}/helper; chmod 755 {d}/helper; mount --bind {d}/helper {helper}",
        "linux.uidMappings: \"{helper}\" is neither a setuid program of root nor has cap_setuid: install it again (package uidmap or shadow-utils), or as root: setcap cap_setuid+ep {helper}")]
    [InlineData("cp {helper} {d}/helper; chown 1 {d}/helper; chmod 4755 {d}/helper; mount --bind {d}/helper {helper}", "linux.uidMappings: \"{helper}\" is neither a setuid program of root nor has cap_setuid: ")]
    [InlineData("mount --bind {helper} {helper}; mount -o remount,bind,nosuid {helper}", "linux.uidMappings: \"{helper}\" has no privilege on a filesystem mounted with nosuid: mount it without")]
    public void The_helper_or_its_privilege(string script, string problem)
    {
        _container.Runtime.Prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", $"{Fill(script)}; exec \"$@\"", "sh", .. _user.Prefix];
        Missing(problem);
    }

    [Fact]
    public void A_helper_with_a_file_capability_is_not_missing()
    {
        Requires.Program("setcap");
        _container.Runtime.Prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-ec",
            Fill("cp {helper} {d}/helper; chmod 755 {d}/helper; setcap cap_setuid+ep {d}/helper; mount --bind {d}/helper {helper}; exec \"$@\""), "sh", .. _user.Prefix];
        Assert.Equal("config.json: no problem found\n", Check().Ok().Stdout);
        Assert.Equal("it runs\n", _container.Run().Ok().Stdout);
    }

    [Fact]
    public void New_privileges_of_the_caller()
    {
        _container.Runtime.Prefix = [.. _user.Prefix, "setpriv", "--no-new-privs", "--"];
        Missing("linux.uidMappings: newuidmap has no privilege, since the caller of runcs has set no_new_privs: call runcs without (of a systemd unit: NoNewPrivileges=no)");
    }

    [Fact]
    public void The_group_of_the_user()
    {
        _container.Runtime.Prefix = [.. _user.Prefix.Select(word => word.StartsWith("--regid", StringComparison.Ordinal) ? "--regid=7" : word)];
        Missing("linux.uidMappings: newuidmap requires the group of the caller's line in /etc/passwd, {uid}, and runcs has 7: call runcs with that group, as newgrp(1) without a name gives it");
    }

    [Fact]
    public void Ids_of_the_callers_own_user_namespace()
    {
        _container.Runtime.Prefix = [.. _user.Prefix, "unshare", "--user", "--map-root-user"];
        _container.Bundle.Linux["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 0, ["size"] = 2 });
        _container.Bundle.Linux["gidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 0, ["size"] = 1 });
        _container.Bundle.Write();
        Assert.Equal("this host: linux.uidMappings[0]: ids 0 to 1 must lie in one line of the caller's own map, /proc/self/uid_map\n", Check().Exits(1).Stdout);
        Assert.Contains("must lie in one line of the caller's own map, /proc/self/uid_map", ErrorMessage.Of(_container.Create()), StringComparison.Ordinal);
        _container.Bundle.Linux["uidMappings"]![0]!["size"] = 1;
        _container.Bundle.Write();
        Assert.DoesNotContain("Mappings", Check().Stdout, StringComparison.Ordinal);
        Leftovers.AssertNone(_container);
    }

    // The user namespace's own CAP_SYS_RESOURCE does not count.
    [Fact]
    public void Limits_above_those_of_the_caller()
    {
        _container.Runtime.Prefix = [.. _user.Prefix, "prlimit", "--nofile=64:4096"];
        _container.Bundle.Process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 64, ["hard"] = 8192 });
        _container.Bundle.Write();
        Assert.Equal("this host: process.rlimits[0].hard: runcs needs CAP_SYS_RESOURCE to raise it from 4096 to 8192\n", Check().Exits(1).Stdout);
        Assert.StartsWith("process.rlimits[0]: prlimit(2) on \"soft 64, hard 8192\": operation not permitted (EPERM)", ErrorMessage.Of(_container.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(_container);
    }

    // user_namespaces(7): the limit holds in all namespaces below, so the machine's own stays.
    [Fact]
    public void User_namespaces()
    {
        Requires.Program("nsenter");
        _container.Runtime.Prefix = ["sh", "-c", """
            unshare --user sleep 60 & trap 'kill $!' EXIT
            while [ "$(readlink /proc/$!/ns/user)" = "$(readlink /proc/$$/ns/user)" ]; do sleep 0.01; done
            echo 0 0 4294967295 > /proc/$!/uid_map; echo 0 0 4294967295 > /proc/$!/gid_map
            nsenter --user=/proc/$!/ns/user --setuid 0 --setgid 0 sh -c 'echo 0 > /proc/sys/user/max_user_namespaces'
            setpriv --reuid "$0" --regid "$0" --clear-groups true
            nsenter --user=/proc/$!/ns/user --setuid "$0" --setgid "$0" "$@"
            """, $"{_user.Uid}"];
        const string Problem = "the host forbids new user namespaces (user.max_user_namespaces is 0): as root sysctl -w user.max_user_namespaces=1000";
        Assert.Matches($@"^this host: linux\.namespaces\[\d\]\.type: {System.Text.RegularExpressions.Regex.Escape(Problem)}\n", Check().Exits(1).Stdout);
        Assert.Equal("clone3(2): no space left on device (ENOSPC): " + Problem, ErrorMessage.Of(_container.Create()));
        Leftovers.AssertNone(_container);
    }

    [Theory]
    [InlineData("chmod 700 rootfs", "", "\"{b}/rootfs\" (mode 700, of uid {uid} and gid {uid}) cannot be entered by the container's root, which is uid {first} and gid {first} of the host: chmod a+x, or give it to ids of the mappings")]
    [InlineData("mkdir -m 700 closed; mv rootfs closed; ln -s closed/rootfs rootfs; chown 0 closed", "closed/",
        "\"{b}/closed\" (mode 700, of uid 0 and gid 0) cannot be entered by the caller, uid {uid}: chmod a+x")]
    public void A_root_filesystem_that_can_be_entered(string script, string place, string problem)
    {
        foreach (string map in (string[])["uidMappings", "gidMappings"])
            _container.Bundle.Linux[map] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = _user.FirstSubId, ["size"] = 65536 });
        _container.Bundle.Config["root"]!["path"] = place + "rootfs";
        _container.Bundle.Write();
        string bundle = _container.Bundle.Directory;
        Command.Run(Options.Default with { WorkingDirectory = bundle }, "sh", "-ec", script).Ok();
        problem = Fill(problem).Replace("{b}", bundle, StringComparison.Ordinal);
        Assert.Contains(Check().Exits(1).Stdout.Split('\n'), line => line.StartsWith("this host: root.path: ", StringComparison.Ordinal) && line.EndsWith(problem, StringComparison.Ordinal));
        Assert.EndsWith(problem, ErrorMessage.Of(_container.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(_container);
    }

    [Fact]
    public void A_mount_point_that_the_containers_root_may_not_make()
    {
        _container.Bundle.Linux["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = _user.FirstSubId, ["size"] = 65536 });
        _container.Bundle.Mount("/missing", "tmpfs", "tmpfs");
        Assert.Contains("on \"/missing\": permission denied (EACCES): it is missing, and the container's root has no right to make it there: make it beforehand, or give the directory to ids of the mappings",
            ErrorMessage.Of(_container.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(_container);
    }

    private Result Check() => _container.Runtime.Run("check", "--bundle", _container.Bundle.Directory);

    private void Missing(string problem)
    {
        problem = Fill(problem);
        Assert.Contains(Check().Exits(1).Stdout.Split('\n'), line => line.StartsWith("this host: " + problem, StringComparison.Ordinal));
        Assert.Contains(problem, ErrorMessage.Of(_container.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(_container);
    }

    private string Fill(string text) => text.Replace("{uid}", $"{_user.Uid}", StringComparison.Ordinal)
        .Replace("{first}", $"{_user.FirstSubId}", StringComparison.Ordinal).Replace("{ninth}", $"{_user.FirstSubId + 9}", StringComparison.Ordinal)
        .Replace("{last}", $"{_user.FirstSubId + 65534}", StringComparison.Ordinal).Replace("{d}", _container.Path("bundle"), StringComparison.Ordinal)
        .Replace("{helper}", Programs.Find("newuidmap"), StringComparison.Ordinal);
}
