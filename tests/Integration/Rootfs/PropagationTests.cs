// SPDX-License-Identifier: Apache-2.0

namespace Runcs.Integration;

/// <summary>config-linux.md, "Rootfs Mount Propagation"; mounts of the container stay in it.</summary>
public class PropagationTests
{
    private const string ShowPropagation = "grep \" $0 \" /proc/self/mountinfo | head -n 1 | cut -d' ' -f 7-";

    [Theory]
    [InlineData("shared", "shared:")]
    [InlineData("private", "-")]
    [InlineData("unbindable", "unbindable")]
    public void Propagation_of_the_root(string propagation, string shown)
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Linux["rootfsPropagation"] = propagation;
        container.Bundle.Args("/bin/sh", "-c", ShowPropagation, "/");
        Assert.StartsWith(shown, container.Run().Ok().Stdout);
    }

    [Theory, OnAnyRuntime]
    [Requirement("config/mount-options-propagation")]
    [InlineData("shared", "shared:")]
    [InlineData("rshared", "shared:")]
    [InlineData("private", "-")]
    [InlineData("unbindable", "unbindable")]
    public void Propagation_of_a_mount(string propagation, string shown)
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Mount("/data", "tmpfs", "tmpfs", propagation).Args("/bin/sh", "-c", ShowPropagation, "/data");
        Assert.StartsWith(shown, container.Run().Ok().Stdout);
    }

    // mount_namespaces(7): a shared mount of the host, below a root that is a slave of the host's.
    [Theory]
    [InlineData("bind slave", "master:")]
    [InlineData("rbind rslave", "master:")]
    [InlineData("rbind rshared", "shared:")]
    [InlineData("rbind rprivate", "-")]
    [InlineData("bind unbindable", "unbindable")]
    [InlineData("rbind runbindable", "unbindable")]
    [InlineData("bind private shared", "shared:")]
    [InlineData("bind", "master:")]
    public void Propagation_of_a_bind(string options, string shown)
    {
        Requires.Root();
        using Container container = new();
        string volume = Directory.CreateDirectory(container.Path("volume")).FullName;
        Command.Run("/bin/mount", "-t", "tmpfs", "tmpfs", volume).Ok();
        Command.Run("/bin/mount", "--make-shared", volume).Ok();
        container.Bundle.Mount("/data", "bind", volume, options.Split(' ')).Args("/bin/sh", "-c", ShowPropagation, "/data");
        Assert.StartsWith(shown, container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("", "rprivate", false)]
    [InlineData("rslave", "rshared", false)]
    [InlineData("shared", "rshared", true)]
    [InlineData("rshared", "rshared", true)]
    public void A_mount_reaches_the_host_only_through_a_shared_bind_below_a_shared_root(string root, string bind, bool reaches)
    {
        Requires.Root();
        using Container container = new();
        string volume = Directory.CreateDirectory(container.Path("volume")).FullName;
        Command.Run("/bin/mount", "-t", "tmpfs", "tmpfs", volume).Ok();
        Command.Run("/bin/mount", "--make-shared", volume).Ok();
        Directory.CreateDirectory(volume + "/sub");
        if (root.Length > 0) container.Bundle.Linux["rootfsPropagation"] = root;
        container.Bundle.Mount("/volume", "bind", volume, "rbind", bind).Mount("/volume/sub", "tmpfs", "tmpfs");
        IReadOnlyList<string> before = Mine(container);
        container.Run().Ok();
        // A mount that reached the host outlives the container; no other may.
        Assert.Equal(reaches ? [volume + "/sub"] : [], Mine(container).Except(before));
        Assert.Contains(volume, Mine(container));
    }

    private static List<string> Mine(Container container) =>
        [.. MountTable.Read().Where(mount => MountTable.IsUnder(mount, container.Path("").TrimEnd('/')))];
}
