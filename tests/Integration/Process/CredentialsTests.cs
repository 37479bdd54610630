// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "User" and "Linux Process": ids, groups, umask, capabilities, no_new_privs.</summary>
[OnAnyRuntime]
public class CredentialsTests
{
    private const ulong Chown = 1 << 0, Kill = 1 << 5, Setuid = 1 << 7, NetRaw = 1 << 13;

    public CredentialsTests() => Requires.Root();

    [Fact]
    public void Ids_and_groups_are_the_configs_and_none_is_inherited()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        container.Runtime.Tracer = ["setpriv", "--groups", "77,78"];
        User(container, 1000, 1001, 5, 4000000000, 6);
        string status = container.Run().Ok().Stdout;
        Assert.Equal("1000\t1000\t1000\t1000", Field(status, "Uid"));
        Assert.Equal("1001\t1001\t1001\t1001", Field(status, "Gid"));
        Assert.Equal(["5", "6", "4000000000"], Field(status, "Groups").Split(' ', StringSplitOptions.RemoveEmptyEntries));

        User(container, 0, 0);
        Assert.Equal("", Field(container.Run().Ok().Stdout, "Groups").Trim());
    }

    [Theory]
    [Requirement("config/user-umask-unset")]
    [InlineData(null, "0022")]
    [InlineData(0, "0000")]
    [InlineData(63, "0077")]
    [InlineData(511, "0777")]
    public void The_umask_is_the_configs_or_the_usual_one(int? umask, string shown)
    {
        using Container container = new();
        container.Bundle.Shell("umask");
        if (umask != null) container.Bundle.Process["user"]!["umask"] = umask;
        container.Runtime.Tracer = ["/bin/sh", "-c", "umask 0; exec \"$@\"", "sh"];
        Assert.Equal(shown + "\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void An_invalid_umask_is_refused()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Process["user"]!["umask"] = 512;
        Assert.Contains("process.user.umask: must be from 0 to 511, got 512", container.Create().Fails().Stderr, StringComparison.Ordinal);
    }

    // For setresuid(2) it means "unchanged", which is root.
    [Theory]
    [InlineData("uid")]
    [InlineData("gid")]
    public void An_id_that_would_change_nothing_is_refused(string kind)
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Process["user"]![kind] = uint.MaxValue;
        Assert.Contains($"process.user.{kind}: must be from 0 to 4294967294, got 4294967295", container.Create().Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void The_session_keyring_is_a_new_one_unless_the_callers_is_to_stay()
    {
        Requires.Runcs();
        Requires.Keys();
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/keys");
        container.Bundle.Linux["maskedPaths"] = new JsonArray();
        User(container, 1000, 1000);
        string keyring = Session(container.Run().Ok().Stdout).Single();
        Assert.Contains($" _ses.{container.Id}: empty", keyring, StringComparison.Ordinal);
        // All rights of the possessor, and KEY_USR_SEARCH, so that exec finds it.
        Assert.Contains(" 3f1b0000 ", keyring, StringComparison.Ordinal);
        Assert.DoesNotContain(Number(keyring), Session(container.Run().Ok().Stdout).Select(Number));
        Assert.Equal(Session(container.Run("--no-new-keyring").Ok().Stdout), Session(container.Run("--no-new-keyring").Ok().Stdout));

        // The user sees those of other tests' containers whose root has the same id on the host; their names begin with a
        // t.
        IEnumerable<string> Session(string keys) => keys.Split('\n').Where(line => line.Contains(" _ses", StringComparison.Ordinal)
            && (!line.Contains(" _ses.t", StringComparison.Ordinal) || line.Contains($" _ses.{container.Id}:", StringComparison.Ordinal)));
        static string Number(string line) => line.Split(' ')[0];
    }

    // It would be found by its name, and its owner could read the container's keys.
    [Fact]
    public void Somebody_elses_keyring_of_the_same_name_is_not_taken()
    {
        Requires.Runcs();
        Requires.Keys();
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/keys");
        container.Bundle.Linux["maskedPaths"] = new JsonArray();
        User(container, 1000, 1000);
        const int KEY_SPEC_USER_KEYRING = -4, KEYCTL_SETPERM = 5, KEYCTL_UNLINK = 9;
        int foreign = (int)Libc.add_key(Libc.SYS_add_key, "keyring", $"_ses.{container.Id}", 0, 0, KEY_SPEC_USER_KEYRING);
        Assert.True(foreign > 0);
        try
        {
            Assert.Equal(0, Libc.keyctl(Libc.SYS_keyctl, KEYCTL_SETPERM, foreign, 0x3f3f3f3f));
            string[] keys = container.Run().Ok().Stdout.Split('\n');
            // All users who may view it see it listed; the possessed one is another.
            Assert.Contains(keys, line => line.StartsWith($"{foreign:x8} ", StringComparison.Ordinal));
            Assert.Contains(keys, line => line.Contains(" _ses", StringComparison.Ordinal) && !line.StartsWith($"{foreign:x8} ", StringComparison.Ordinal));
        }
        finally
        {
            Libc.keyctl(Libc.SYS_keyctl, KEYCTL_UNLINK, foreign, KEY_SPEC_USER_KEYRING);
        }
    }

    [Fact]
    public void Each_capability_set_is_the_configs()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        Capabilities(container, new()
        {
            ["bounding"] = ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_NET_RAW"],
            ["permitted"] = ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
            ["effective"] = ["CAP_CHOWN"],
            ["inheritable"] = ["CAP_KILL", "CAP_NET_RAW"],
            ["ambient"] = ["CAP_NET_RAW"],
        });
        User(container, 1000, 1000);
        // capabilities(7): after execve(2) an ordinary user has the ambient set; bounding and inheritable stay.
        AssertSets(container.Run().Ok().Stdout, Chown | Kill | Setuid | NetRaw, NetRaw, NetRaw, Kill | NetRaw, NetRaw);
        if (!RuntimeUnderTest.IsRuncs) return;
        // Before the start all of them are visible.
        container.Create().Ok();
        AssertSets(File.ReadAllText($"/proc/{container.Pid}/status"), Chown | Kill | Setuid | NetRaw, Chown | Kill | NetRaw, Chown, Kill | NetRaw, NetRaw);
    }

    [Fact]
    public void Root_gets_no_more_than_its_bounding_set()
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        Capabilities(container, new() { ["bounding"] = ["CAP_CHOWN"], ["permitted"] = ["CAP_CHOWN"], ["effective"] = ["CAP_CHOWN"] });
        AssertSets(container.Run().Ok().Stdout, Chown, Chown, Chown, 0, 0);
        ((JsonObject)container.Bundle.Process).Remove("capabilities");
        AssertSets(container.Run().Ok().Stdout, 0, 0, 0, 0, 0);
    }

    [Fact]
    [Requirement("config/capabilities-warned", "config/capabilities-no-failure")]
    public void An_unknown_or_unavailable_capability_causes_a_warning_and_is_omitted()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        string[] names = ["CAP_FROB", "CAP_CHOWN", "CAP_SYS_BOOT", "chown"];
        Capabilities(container, new() { ["bounding"] = names, ["permitted"] = names });
        container.Runtime.Tracer = ["setpriv", "--bounding-set", "-sys_boot"];
        Result result = container.Run().Ok();
        AssertSets(result.Stdout, Chown, Chown, Chown, 0, 0);
        Assert.Contains("process.capabilities.bounding[0]: ignored unknown capability \\\"CAP_FROB\\\"", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("process.capabilities.permitted[2]: ignored CAP_SYS_BOOT", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("process.capabilities.bounding[3]: ignored unknown capability \\\"chown\\\"", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ambient_capability_needs_to_be_permitted_and_inheritable()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        User(container, 1000, 1000);
        Capabilities(container, new()
        {
            ["bounding"] = ["CAP_CHOWN", "CAP_KILL"],
            ["permitted"] = ["CAP_CHOWN", "CAP_KILL"],
            ["inheritable"] = ["CAP_KILL"],
            ["ambient"] = ["CAP_CHOWN", "CAP_KILL"],
        });
        Result result = container.Run().Ok();
        AssertSets(result.Stdout, Chown | Kill, Kill, Kill, Kill, Kill);
        Assert.Contains("process.capabilities.ambient: ignored those that are not both permitted and inheritable: CAP_CHOWN", result.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "0")]
    [InlineData(null, "0")]
    public void New_privileges_are_forbidden_if_the_config_says_so(bool? forbidden, string shown)
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/status").Process["noNewPrivileges"] = forbidden;
        if (forbidden == null) ((JsonObject)container.Bundle.Process).Remove("noNewPrivileges");
        Assert.Equal(shown, Field(container.Run().Ok().Stdout, "NoNewPrivs"));
    }

    [Fact]
    public void A_setuid_program_raises_its_user_only_without_no_new_privs()
    {
        using Container container = new();
        File.SetUnixFileMode(Path.Combine(container.Bundle.Rootfs, "bin/busybox"), UnixFileMode.SetUser | (UnixFileMode)0b111_101_101);
        container.Bundle.Args("/bin/cat", "/proc/self/status");
        User(container, 1000, 1000);
        container.Bundle.Process["noNewPrivileges"] = true;
        Assert.Equal("1000\t1000\t1000\t1000", Field(container.Run().Ok().Stdout, "Uid"));
        container.Bundle.Process["noNewPrivileges"] = false;
        // busybox drops the privilege, but its saved id shows that it had it.
        Assert.StartsWith("1000\t", Field(container.Run().Ok().Stdout, "Uid"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_stage_that_waits_for_the_start_has_the_users_ids()
    {
        Requires.Runcs();
        using Container container = new();
        User(container, 1000, 1001, 7);
        container.Bundle.Process["noNewPrivileges"] = true;
        container.Create().Ok();
        string status = File.ReadAllText($"/proc/{container.Pid}/status");
        Assert.Equal("1000\t1000\t1000\t1000", Field(status, "Uid"));
        Assert.Equal("7", Field(status, "Groups").Trim());
        Assert.Equal("1", Field(status, "NoNewPrivs"));
    }

    private static void User(Container container, long uid, long gid, params long[] groups) => container.Bundle.Process["user"] = new JsonObject
    {
        ["uid"] = uid,
        ["gid"] = gid,
        ["additionalGids"] = new JsonArray([.. groups.Select(group => (JsonNode)group)]),
    };

    private static void Capabilities(Container container, Dictionary<string, string[]> sets)
    {
        JsonObject capabilities = [];
        foreach ((string set, string[] names) in sets) capabilities[set] = new JsonArray([.. names.Select(name => (JsonNode)name)]);
        container.Bundle.Process["capabilities"] = capabilities;
    }

    private static void AssertSets(string status, ulong bounding, ulong permitted, ulong effective, ulong inheritable, ulong ambient) => Assert.Equal(
        [$"{bounding:x16}", $"{permitted:x16}", $"{effective:x16}", $"{inheritable:x16}", $"{ambient:x16}"],
        ((string[])["CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"]).Select(name => Field(status, name)));

    private static string Field(string status, string name) =>
        status.Split('\n').Single(line => line.StartsWith(name + ":\t", StringComparison.Ordinal))[(name.Length + 2)..];
}
