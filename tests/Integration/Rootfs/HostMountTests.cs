// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>A container without a mount namespace: its mounts are the host's, below its root, for its lifetime.</summary>
public class HostMountTests
{
    public HostMountTests()
    {
        Requires.Root();
        Requires.Runcs(); // runc leaves them mounted
    }

    [Fact]
    [Requirement("config-linux/namespaces-unlisted", "runtime/delete-resources")]
    public void Mounts_stay_until_the_container_is_deleted()
    {
        using Container container = New();
        container.Bundle.Shell("ls -d /proc/self /sys/kernel; readlink /proc/self/ns/mnt; touch /new 2> /dev/null || echo read-only; sleep 100");
        container.Up();
        Assert.Contains($"{container.Bundle.Rootfs}/proc", MountTable.Read());
        Assert.Equal(new FileInfo("/proc/self/ns/mnt").LinkTarget, new FileInfo($"/proc/{container.Pid}/ns/mnt").LinkTarget);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Mounts_are_removed_at_the_end_of_run()
    {
        using Container container = New();
        container.Bundle.Shell("ls -d /proc/self /sys/kernel; touch /new 2> /dev/null || echo read-only");
        Assert.Equal("/proc/self\n/sys/kernel\nread-only\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Mounts_are_removed_when_create_fails()
    {
        using Container container = New();
        container.Bundle.Mount("/there", "bind", "/nowhere/at/all", "bind");
        container.Create().Fails();
        Leftovers.AssertNone(container);
    }

    // As with an engine that mounts the image there.
    [Fact]
    public void A_mount_that_was_there_before_stays()
    {
        using Container container = New();
        Command.Run("mount", "--bind", container.Bundle.Rootfs, container.Bundle.Rootfs).Ok();
        try
        {
            container.Run().Ok();
            Assert.Single(MountTable.Read(), point => point.StartsWith(container.Bundle.Rootfs, StringComparison.Ordinal));
        }
        finally
        {
            Command.Run("umount", container.Bundle.Rootfs).Ok();
        }
        Leftovers.AssertNone(container);
    }

    // On most hosts the root is shared: systemd makes it so.
    [Theory]
    [InlineData("mount --bind $0 $0")]
    [InlineData("mount --bind $0 $0; mount --make-private $0")]
    [InlineData("mount -t overlay -o lowerdir=$0,upperdir=$(mkdir $1/up $1/work; echo $1/up),workdir=$1/work none $0")]
    public void A_mount_that_was_there_before_stays_on_a_shared_root(string mount)
    {
        using Container container = New();
        container.Bundle.Write();
        string other = Directory.CreateDirectory(container.Path("overlay")).FullName;
        string script = $"""
            mount --make-rshared /; mount -t tmpfs none $1; {mount}
            grep -c " $0 " /proc/self/mountinfo
            "$2" --root {container.Runtime.Root} run --bundle {container.Bundle.Directory} {container.Id}
            grep -c " $0" /proc/self/mountinfo
            """;
        Assert.Equal("1\n1\n", Command.Run("unshare", "--mount", "--propagation", "private", "sh", "-ec", script, container.Bundle.Rootfs, other, RuntimeUnderTest.Executable).Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    private static Container New()
    {
        Container container = new();
        container.Bundle.Namespace("mount");
        return container;
    }
}
