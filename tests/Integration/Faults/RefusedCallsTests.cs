// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Inside another container whose filter refuses newer system calls, and on kernels that lack them, containers behave as
/// elsewhere. Both ways of refusing are tried: ENOSYS, and the EPERM of older filters.
/// </summary>
public class RefusedCallsTests
{
    private static readonly string[] Errors = ["ENOSYS", "EPERM"];
    private static readonly Lazy<string> WithAll = new(static () => Describe([]));

    public RefusedCallsTests() => Requires.Root();

    public static TheoryData<string, string> CallsAndErrors
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string error in Errors)
            {
                foreach (string call in Refusal.Newer) data.Add(call, error);
                data.Add("keyctl", error);
                data.Add("open_tree,move_mount", error);
                data.Add("fsopen,move_mount", error);
                data.Add("all", error);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(CallsAndErrors))]
    public void A_container_is_the_same_without_each_call(string calls, string error) =>
        Assert.Equal(WithAll.Value, Describe(Refusal.Of(error, calls == "all" ? Refusal.Newer : calls.Split(','))));

    [Theory]
    [InlineData("ENOSYS")]
    [InlineData("EPERM")]
    public void Without_any_of_the_calls_a_container_runs_and_is_deleted(string error)
    {
        using Container container = new();
        container.Runtime.Tracer = Refusal.Of(error, Refusal.Newer);
        container.Bundle.Shell("trap 'exit 3' TERM; while :; do sleep 0.05; done");
        container.Create().Ok();
        Assert.Equal("created", container.Status);
        container.Start().Ok();
        Assert.Equal("running", container.Status);
        container.Kill("TERM").Ok();
        container.WaitForStatus("stopped");
        Assert.Contains("container not running", container.Kill("TERM").Fails().Stderr, StringComparison.Ordinal);
        container.Delete().Ok();
        container.Bundle.Shell("sleep 100");
        container.Up();
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("ENOSYS")]
    [InlineData("EPERM")]
    public void Without_any_of_the_calls_a_member_of_a_pod_mounts_its_proc(string error)
    {
        using Container first = new(), second = new();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        second.Bundle.Namespace("pid", $"/proc/{first.Pid}/ns/pid");
        second.Bundle.Shell("cat /proc/1/comm; grep -o ' /proc rw,nosuid,nodev,noexec' /proc/self/mountinfo; ls /sys | wc -l");
        Result with = second.Run().Ok();
        second.Runtime.Tracer = Refusal.Of(error, Refusal.Newer);
        Assert.Equal(with.Stdout, second.Run().Ok().Stdout);
        Assert.StartsWith("sleep\n", with.Stdout, StringComparison.Ordinal);
        Leftovers.AssertNone(second);
    }

    [Fact]
    public void Without_any_of_the_calls_and_without_pivot_root()
    {
        using Container container = new();
        container.Bundle.Shell("awk '{ print $5 }' /proc/self/mountinfo; ls /");
        Result with = container.Run("--no-pivot").Ok();
        container.Runtime.Tracer = Refusal.Of("ENOSYS", Refusal.Newer);
        Assert.Equal(with.Stdout, container.Run("--no-pivot").Ok().Stdout);
    }

    // A staging mount over the host's root would be visible there.
    [Fact]
    public void With_mounts_shared_with_the_host_the_refusal_is_reported()
    {
        using Container container = new();
        container.Bundle.Linux["rootfsPropagation"] = "rshared";
        container.Runtime.Tracer = Refusal.Of("ENOSYS", "open_tree");
        Assert.Contains("open_tree(2)", container.Run().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // Mounts with their options, nodes, links, parameters and masked paths as the program sees them.
    private static string Describe(IReadOnlyList<string> under)
    {
        using Container container = new();
        container.Runtime.Tracer = under;
        Bundle bundle = container.Bundle;
        string source = Directory.CreateDirectory(container.Path("source")).FullName, file = Path.Combine(source, "file");
        File.WriteAllText(file, "content\n");
        Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "elsewhere/deep"));
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "link"), "/../elsewhere/./deep/..");
        bundle.Mount("/a", "tmpfs", "tmpfs", "nosuid", "noatime", "size=64k", "rshared").Mount("/a/b", "bind", source, "rbind", "ro", "nodev")
            .Mount("/link/c", "bind", source, "bind", "noexec", "strictatime", "rslave").Mount("/etc", "tmpfs", "tmpfs", "tmpcopyup", "ro")
            .Mount("/etc2/file", "bind", file, "bind", "ro").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid");
        bundle.Linux["readonlyPaths"] = new JsonArray("/proc/sys", "/bin");
        bundle.Linux["maskedPaths"] = new JsonArray("/proc/kcore", "/proc/acpi", "/sys/firmware", "/proc/keys");
        bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/deep/zero", ["type"] = "c", ["major"] = 1, ["minor"] = 5, ["fileMode"] = 0x180 });
        bundle.Linux["sysctl"] = new JsonObject { ["kernel.shmmni"] = "1234" };
        bundle.Process["cwd"] = "/work/made";
        bundle.Shell("""
            awk '{ f = $7; sub(/:.*/, "", f); t = $0; sub(/.* - /, "", t); split(t, u, " "); if (!($5 ~ /cgroup/)) print $5, $6, f, u[1], u[2] }' /proc/self/mountinfo
            cat /proc/sys/kernel/shmmni /a/b/file /etc2/file; pwd; ls /dev /dev/deep /sys/fs/cgroup /elsewhere /etc; wc -c < /proc/keys; ls /proc/acpi
            """);
        string output = container.Run().Ok().Stdout;
        Leftovers.AssertNone(container);
        return output.Replace(source, "SOURCE", StringComparison.Ordinal);
    }
}
