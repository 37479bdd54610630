// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// config.md, "Linux Process": apparmorProfile, on kernels with AppArmor; and selinuxLabel as far as it can be tested
/// there.
/// </summary>
public sealed class AppArmorTests : IDisposable
{
    // All files, and no capability: the exec stage needs many of them.
    private const string Strict = "  file,\n  deny /forbidden rw,\n  deny capability,\n";

    private static int _count;
    private readonly string _profile = $"runcs-test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
    private readonly string _file = Path.GetTempFileName();
    private readonly List<string> _loaded = [];

    public AppArmorTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.AppArmor();
        Requires.Program("apparmor_parser");
    }

    public void Dispose()
    {
        foreach (string profile in _loaded)
        {
            File.WriteAllText(_file, profile);
            Command.Run("apparmor_parser", "--remove", "--skip-cache", _file);
        }
        File.Delete(_file);
    }

    // Under the profile the stage could not become the user: it uses everything that is denied.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_profile_holds_from_the_program_on_and_not_before(bool noNewPrivileges)
    {
        Load(Strict);
        using Container container = new();
        container.Bundle.Privileged().Shell("cat /proc/self/attr/current; id -u; id -G; chroot / true || echo held; cat /forbidden || echo hidden");
        container.Bundle.Put("/forbidden", "secret\n");
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 1000, ["additionalGids"] = new JsonArray(7) };
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        container.Bundle.Process["cwd"] = "/home/user";
        container.Bundle.Process["apparmorProfile"] = _profile;
        Assert.Equal($"{_profile} (enforce)\n0\n1000 7\nheld\nhidden\n", container.Run().Ok().Stdout);
        // Without the profile nothing is denied.
        ((JsonObject)container.Bundle.Process).Remove("apparmorProfile");
        Assert.Equal("unconfined\n0\n1000 7\nsecret\n", container.Run().Ok().Stdout);
        container.Bundle.Process["apparmorProfile"] = "unconfined";
        Assert.Equal("unconfined\n0\n1000 7\nsecret\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_profile_that_denies_every_file_of_the_stage_lets_it_work()
    {
        // Only what the program itself needs; the standard streams are files of the host, without a name in the
        // container.
        Load("  /bin/cat mr,\n  /proc/*/attr/current r,\n  /**/out rw,\n  /**/err rw,\n  /**/in r,\n");
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/attr/current");
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        container.Bundle.Process["apparmorProfile"] = _profile;
        container.Bundle.Process["cwd"] = "/home/user";
        container.Bundle.Process["noNewPrivileges"] = true;
        Assert.Equal($"{_profile} (enforce)\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void The_stage_that_waits_for_the_start_is_not_confined_and_holds_no_directory_of_the_host()
    {
        Load(Strict);
        using Container container = new();
        container.Bundle.Process["apparmorProfile"] = _profile;
        container.Create().Ok();
        Assert.Equal("unconfined\n", File.ReadAllText($"/proc/{container.Pid}/attr/current"));
        Assert.All(Directory.GetFiles($"/proc/{container.Pid}/fd"), file => Assert.DoesNotContain("/proc", new FileInfo(file).LinkTarget!, StringComparison.Ordinal));
        Assert.All(Directory.GetFiles($"/proc/{container.Pid}/fd"), file => Assert.NotEqual("/", new FileInfo(file).LinkTarget));
    }

    [Fact]
    public void A_profile_that_is_not_loaded_fails_create()
    {
        using Container container = new();
        container.Bundle.Process["apparmorProfile"] = _profile;
        Assert.Contains($"process.apparmorProfile: the profile \\\"{_profile}\\\" is not loaded: no such file or directory (ENOENT)", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_hook_in_the_container_is_held_too()
    {
        Load(Strict);
        using Container container = new();
        container.Bundle.Privileged().Shell("cat /seen");
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["startContainer"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", "cat /proc/self/attr/current >/seen") }),
        };
        container.Bundle.Process["apparmorProfile"] = _profile;
        Assert.Equal($"{_profile} (enforce)\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void The_way_into_a_pod_does_not_lose_the_profile()
    {
        Load(Strict);
        using Container first = new();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        second.Bundle.Args("/bin/cat", "/proc/self/attr/current").Namespace("pid", $"/proc/{first.Pid}/ns/pid");
        second.Bundle.Process["apparmorProfile"] = _profile;
        Assert.Equal($"{_profile} (enforce)\n", second.Run().Ok().Stdout);
    }

    [Fact]
    public void A_user_namespace_does_not_lose_the_profile()
    {
        Load(Strict);
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/attr/current").Process["apparmorProfile"] = _profile;
        ProcessTests.NewUserNamespace(container.Bundle);
        Assert.Equal($"{_profile} (enforce)\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void An_exec_has_the_configs_profile_or_another()
    {
        Load(Strict);
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "1000").Process["apparmorProfile"] = _profile;
        container.Up();
        Assert.Equal($"{_profile} (enforce)\n", container.Exec("cat", "/proc/self/attr/current").Ok().Stdout);
        Assert.Equal("unconfined\n", container.Runtime.Run("exec", "--apparmor", "unconfined", container.Id, "cat", "/proc/self/attr/current").Ok().Stdout);
        File.WriteAllText(container.Path("process.json"), ExecTests.Program("/bin/cat", "/proc/self/attr/current").ToJsonString());
        Assert.Equal($"{_profile} (enforce)\n", container.Runtime.Run("exec", "--process", container.Path("process.json"), container.Id).Ok().Stdout);
        Assert.Contains("the profile \\\"missing\\\" is not loaded", container.Runtime.Run("exec", "--apparmor", "missing", container.Id, "true").Exits(255).Stderr, StringComparison.Ordinal);
    }

    // No test machine has SELinux. But its file in /proc is the one from which AppArmor reads its own command; a fake
    // file makes SELinux appear enabled.
    [Fact]
    public void An_SELinux_label_is_set_in_the_same_way()
    {
        Load(Strict);
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/attr/current").Process["selinuxLabel"] = $"exec {_profile}";
        string fs = Directory.CreateDirectory(container.Path("fs")).FullName;
        container.Runtime.Tracer = ["unshare", "--mount", "sh", "-ec",
            $"mkdir -p {fs}/selinux {fs}/cgroup; touch {fs}/selinux/enforce; mount --rbind /sys/fs/cgroup {fs}/cgroup; mount --rbind {fs} /sys/fs; exec \"$@\"", "sh"];
        Assert.Equal($"{_profile} (enforce)\n", container.Run("--no-new-keyring").Ok().Stdout);
        // Keys have no labels in AppArmor.
        Assert.Contains("process.selinuxLabel: write(2) on \\\"/proc/self/attr/keycreate\\\"", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    private void Load(string rules)
    {
        string profile = $"profile {_profile} flags=(attach_disconnected,mediate_deleted) {{\n{rules}}}\n";
        File.WriteAllText(_file, profile);
        Command.Run("apparmor_parser", "--add", "--skip-cache", _file).Ok();
        _loaded.Add(profile);
    }
}
