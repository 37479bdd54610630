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

    private static Container New()
    {
        Container container = new();
        container.Bundle.Namespace("mount");
        return container;
    }
}
