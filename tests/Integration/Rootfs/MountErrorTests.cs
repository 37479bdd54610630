// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Mounts that cannot be made: the error has the JSON path, the call and the file system's message.</summary>
public class MountErrorTests
{
    [Fact]
    public void A_missing_source_is_an_error()
    {
        string message = Fails("/data", "bind", "/does/not/exist", "bind");
        Assert.Contains("mounts[7]: open_tree(2) on \"/does/not/exist\": no such file or directory (ENOENT)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_the_file_system_refuses_is_an_error()
    {
        string message = Fails("/data", "tmpfs", "tmpfs", "size=much");
        Assert.Contains("mounts[7]: fsconfig(2) on \"size\": invalid argument (EINVAL)", message, StringComparison.Ordinal);
        Assert.Contains("tmpfs: Bad value for 'size'", message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("config/mount-options-unknown")]
    public void An_unknown_parameter_is_an_error()
    {
        string message = Fails("/data", "tmpfs", "tmpfs", "nosuchoption");
        Assert.Contains("mounts[7]: fsconfig(2) on \"nosuchoption\": invalid argument (EINVAL)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_file_system_is_an_error() =>
        Assert.Contains("mounts[7].type: the kernel has no filesystem \"nosuchfs\" (/proc/filesystems): fsopen(2): no such device (ENODEV) (destination \"/data\")", Fails("/data", "nosuchfs", "x"), StringComparison.Ordinal);

    [Fact]
    public void A_directory_on_a_file_is_an_error() =>
        Assert.Contains("mounts[7]: move_mount(2) on \"/etc/passwd\": not a directory (ENOTDIR)", Fails("/etc/passwd", "bind", "/tmp", "bind"), StringComparison.Ordinal);

    [Fact]
    public void A_file_system_on_a_file_is_an_error() =>
        Assert.Contains("mounts[7]: openat2(2) on \"/etc/passwd\": not a directory (ENOTDIR)", Fails("/etc/passwd", "tmpfs", "tmpfs"), StringComparison.Ordinal);

    [Fact]
    public void A_bind_with_parameters_of_a_file_system_is_an_error() =>
        Assert.Contains("bind mounts cannot have any filesystem-specific options applied", Fails("/data", "bind", "/tmp", "bind", "nosiud"), StringComparison.Ordinal);

    [Fact]
    public void A_size_of_a_bind_only_causes_a_warning()
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Mount("/data", "bind", "/tmp", "bind", "size=5");
        Assert.Contains("mounts[7].options: \\\"size\\\" is ignored", container.Run().Ok().Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/self")]
    [InlineData("/proc/sys/kernel")]
    [InlineData("/proc/../proc/1/attr")]
    public void A_mount_inside_proc_is_an_error(string destination) =>
        Assert.Contains("cannot be mounted because it is inside /proc", Fails(destination, "tmpfs", "tmpfs"), StringComparison.Ordinal);

    [Theory]
    [InlineData("tmpfs", "tmpfs")]
    [InlineData("bind", "/tmp", "bind")]
    public void Another_file_system_on_proc_is_an_error(string type, string source, params string[] options) =>
        Assert.Contains("\"/proc\" cannot be mounted because it is not of type proc", Fails("/proc", type, source, options), StringComparison.Ordinal);

    [Theory]
    [InlineData("/")]
    [InlineData("/..")]
    public void A_mount_on_the_root_is_an_error(string destination) =>
        Assert.Contains("mountpoint is on the top of rootfs", Fails(destination, "tmpfs", "tmpfs"), StringComparison.Ordinal);

    // The target of an image's link counts, not its name.
    [Theory]
    [InlineData("/", "/run/link", "mountpoint is on the top of rootfs")]
    [InlineData("..", "/run/link", "mountpoint is on the top of rootfs")]
    [InlineData("/proc", "/run/link/sys", "cannot be mounted because it is inside /proc")]
    [InlineData("/proc", "/run/link", "cannot be mounted because it is inside /proc")]
    [InlineData("/proc/1", "/run/link/attr", "cannot be mounted because it is inside /proc")]
    public void A_mount_through_a_link_is_judged_by_its_target(string target, string destination, string message)
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "run/link"), target);
        container.Bundle.Mount(destination, "tmpfs", "tmpfs");
        Assert.Contains(message, ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("config/root-path-directory")]
    public void A_missing_root_is_an_error()
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Config["root"]!["path"] = "nowhere";
        Assert.Contains("no such file or directory", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // As with runc: a mount that must be labelled and cannot be is an error.
    [Fact]
    public void A_label_without_SELinux_is_an_error()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.That(!File.Exists("/sys/fs/selinux/enforce"), "needs a kernel without SELinux");
        using Container container = new();
        container.Bundle.Linux["mountLabel"] = "system_u:object_r:container_file_t:s0:c1,c2";
        Assert.Contains("linux.mountLabel: fsconfig(2) on \"context of /dev\": invalid argument (EINVAL): tmpfs: Unknown parameter 'context'",
            ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        // proc, sysfs, mqueue and binds need none.
        container.Bundle.Mounts.Clear();
        container.Bundle.Mount("/proc", "proc", "proc").Mount("/sys", "sysfs", "sysfs").Mount("/data", "mqueue", "mqueue").Mount("/tmp", "bind", "/tmp", "bind");
        container.Bundle.Linux["maskedPaths"] = new JsonArray();
        container.Run().Ok();
        container.Bundle.Linux["maskedPaths"] = new JsonArray("/etc");
        Assert.Contains("linux.mountLabel: fsconfig(2) on \"context of masked paths\"", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Several_problems_of_the_config_are_reported_together()
    {
        string message = Fails("/data", "bind", "", "bind", "idmap");
        Assert.Contains("mounts[7].options: idmap needs uidMappings and gidMappings", message, StringComparison.Ordinal);
        Assert.Contains("mounts[7].source: is required for a bind", message, StringComparison.Ordinal);
    }

    private static string Fails(string destination, string type, string source, params string[] options)
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Mount(destination, type, source, options);
        Result result = container.Run();
        string text = result.Exits(1).Stderr;
        Leftovers.AssertNone(container);
        return text.Replace("\\\"", "\"", StringComparison.Ordinal);
    }
}
