// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "Masked Paths" and "Readonly Paths".</summary>
public class MaskedPathTests
{
    [Fact, OnAnyRuntime]
    public void A_masked_file_and_a_masked_directory_are_empty()
    {
        Requires.Root();
        using Container container = Masked("/secret", "/secrets", "/missing/path");
        container.Bundle.Put("/secret", "word");
        container.Bundle.Put("/secrets/one", "word");
        container.Bundle.Shell("cat /secret; ls -A /secrets; echo x > /secrets/new 2>/dev/null || echo closed; test -e /missing || echo missing");
        Assert.Equal("closed\nmissing\n", container.Run().Ok().Stdout);
        Assert.Equal("word", File.ReadAllText(Path.Combine(container.Bundle.Rootfs, "secret")));
    }

    [Fact, OnAnyRuntime]
    public void The_default_masked_paths()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Shell("for p in acpi asound scsi; do ls /proc/$p 2>/dev/null; done; for p in kcore keys latency_stats timer_list timer_stats sched_debug; do cat /proc/$p 2>/dev/null; done; ls /sys/firmware; for p in bus fs irq sys sysrq-trigger; do test ! -e /proc/$p || grep -q \" /proc/$p ro,\" /proc/self/mountinfo || echo $p; done");
        Assert.Equal("", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_path_that_cannot_exist_needs_no_mask()
    {
        Requires.Root();
        using Container container = Masked("/etc/passwd/below", "/masked", "/masked/file");
        container.Bundle.Put("/masked/file", "word");
        container.Bundle.Linux["readonlyPaths"] = new JsonArray("/etc/passwd/below");
        container.Run().Ok();
    }

    [Fact]
    public void Directories_share_one_file_system()
    {
        Requires.Root();
        using Container container = Masked("/one", "/two", "/two", "/three");
        foreach (string name in (string[])["one", "two", "three"]) container.Bundle.Put($"/{name}/x", "");
        container.Bundle.Shell("stat -c %d /one /two /three | sort -u | wc -l; grep -c ' /two ' /proc/self/mountinfo; stat -c %h /one");
        Assert.Equal("1\n1\n2\n", container.Run().Ok().Stdout);
    }

    [Fact, OnAnyRuntime]
    public void A_link_is_followed_inside_the_root()
    {
        Requires.Root();
        using Container container = Masked("/link");
        container.Bundle.Put("/secret", "word");
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/secret");
        container.Bundle.Args("/bin/cat", "/secret");
        Assert.Equal("", container.Run().Ok().Stdout);
    }

    [Fact, OnAnyRuntime]
    public void Paths_are_masked_on_a_read_only_root()
    {
        Requires.Root();
        using Container container = Masked("/secret", "/secrets");
        container.Bundle.Config["root"]!["readonly"] = true;
        container.Bundle.Put("/secret", "word");
        container.Bundle.Put("/secrets/one", "word");
        container.Bundle.Shell("cat /secret; ls -A /secrets; touch /x 2>/dev/null || echo closed");
        Assert.Equal("closed\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_proc_file_mounted_over_is_masked_too()
    {
        Requires.Root();
        using Container container = Masked("/proc/meminfo");
        string fake = container.Path("meminfo");
        File.WriteAllText(fake, "fake");
        container.Bundle.Mount("/proc/meminfo", "bind", fake, "bind").Args("/bin/cat", "/proc/meminfo");
        Assert.Equal("", container.Run().Ok().Stdout);
    }

    // CVE-2025-31133: the image's own file would be visible instead.
    [Theory]
    [InlineData(null)]
    [InlineData("/secret")]
    public void A_file_in_place_of_the_images_null_device_is_an_error(string? link)
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = Masked("/secret");
        container.Bundle.Put("/secret", "word");
        string decoy = Directory.CreateDirectory(container.Path("dev")).FullName;
        if (link == null) File.WriteAllText(decoy + "/null", "decoy");
        else File.CreateSymbolicLink(decoy + "/null", link);
        container.Bundle.Mount("/dev", "bind", decoy, "rbind");
        Assert.Contains("is not the null device", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
    }

    [Fact, OnAnyRuntime]
    public void A_read_only_path_keeps_the_flags_of_its_mount()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Put("/file", "x");
        container.Bundle.Mount("/data", "tmpfs", "tmpfs", "nosuid", "noexec", "nodev");
        container.Bundle.Linux["readonlyPaths"] = new JsonArray("/data", "/file", "/missing");
        container.Bundle.Shell("grep ' /data ' /proc/self/mountinfo | tail -n 1 | cut -d' ' -f 6; echo y > /file 2>/dev/null || echo closed; touch /data/x 2>/dev/null || echo closed");
        Assert.Equal("ro,nosuid,nodev,noexec,relatime\nclosed\nclosed\n", container.Run().Ok().Stdout);
    }

    [Theory]
    [Requirement("config-linux/masked-paths-absolute", "config-linux/readonly-paths-absolute")]
    [InlineData("maskedPaths")]
    [InlineData("readonlyPaths")]
    public void A_relative_path_is_an_error(string field)
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Linux[field] = new JsonArray("relative");
        Assert.Contains($"linux.{field}[0]: must be absolute", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
    }

    private static Container Masked(params string[] paths)
    {
        Container container = new();
        container.Bundle.Linux["maskedPaths"] = new JsonArray([.. paths.Select(path => (JsonNode)path)]);
        return container;
    }
}
