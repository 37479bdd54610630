// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Mounts of a container with a user namespace: the host's flags stay, and ids are the container's.</summary>
public class MountUserNamespaceTests
{
    private const int FirstId = UserMaps.Host;
    private const string ShowOptions = "grep ' /mnt ' /proc/self/mountinfo | cut -d' ' -f 6";

    public MountUserNamespaceTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.UserNamespaces();
    }

    // mount_namespaces(7), "Restrictions on mount namespaces": flags from the host are locked.
    [Theory]
    [InlineData("bind")]
    [InlineData("bind ro")]
    [InlineData("bind nosuid")]
    [InlineData("bind noatime")]
    [InlineData("rbind rro")]
    [InlineData("rbind rnoatime")]
    [InlineData("bind sync")]
    public void Locked_flags_stay_unless_somebody_asks_for_less(string options) =>
        Assert.Equal("ro,nosuid,nodev,noexec,noatime\n", Bind(options).Ok().Stdout);

    [Theory]
    [InlineData("bind rw", "mounts[7].options: cannot clear locked flags ro: ")]
    [InlineData("bind exec suid nosymfollow", "mounts[7].options: cannot clear locked flags nosuid,noexec: ")]
    [InlineData("bind ro relatime", "mounts[7].options: cannot change locked atime flags noatime: ")]
    [InlineData("bind atime", "mounts[7].options: cannot change locked atime flags noatime: ")]
    [InlineData("bind nodiratime", "mounts[7].options: cannot change locked atime flags noatime: ")]
    [InlineData("rbind rrw", "mounts[7]: ")]
    [InlineData("rbind rrelatime", "mounts[7]: ")]
    public void To_clear_a_locked_flag_is_an_error(string options, string message) =>
        Assert.Contains($"{message}mount_setattr(2) on \"/mnt\": operation not permitted (EPERM)", ErrorMessage.Of(Bind(options)), StringComparison.Ordinal);

    private static Result Bind(string options)
    {
        using Container container = InUserNamespace();
        string source = Directory.CreateDirectory(container.Path("locked")).FullName;
        Command.Run("/bin/mount", "-t", "tmpfs", "-o", "ro,nosuid,nodev,noexec,noatime", "tmpfs", source).Ok();
        container.Bundle.Shell(ShowOptions).Mount("/mnt", "bind", source, options.Split(' '));
        Result result = container.Run();
        Command.Run("/bin/umount", source).Ok();
        Leftovers.AssertNone(container);
        return result;
    }

    // config.md: a mount without its own mappings uses the container's.
    [Theory]
    [InlineData("bind", "idmap")]
    [InlineData("rbind", "ridmap")]
    public void The_ids_of_the_disk_are_those_inside(params string[] options)
    {
        using Container container = InUserNamespace();
        string source = Volume(container);
        container.Bundle.Shell($"stat -c '%u %g' /mnt/file; touch /mnt/new; {ShowOptions}").Mount("/mnt", "bind", source, options);
        Assert.Equal("7 8\nrw,relatime,idmapped\n", container.Run().Ok().Stdout);
        Assert.Equal("0 0\n", Command.Run("stat", "-c", "%u %g", Path.Combine(source, "new")).Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    // Otherwise a process with CAP_SYS_ADMIN inside could undo them.
    [Fact]
    public void The_flags_of_a_mapped_mount_are_locked_as_of_any_other()
    {
        using Container container = InUserNamespace();
        string source = Volume(container), mapped = Directory.CreateDirectory(container.Path("mapped")).FullName;
        Command.Run("/bin/mount", "--bind", source, mapped).Ok();
        Command.Run("/bin/mount", "-o", "remount,bind,ro,nosuid", mapped).Ok();
        container.Bundle.Privileged();
        container.Bundle.Shell($"mount -o remount,bind,rw,suid /mnt 2>/dev/null && echo unlocked; {ShowOptions}")
            .Mount("/mnt", "bind", mapped, "bind", "idmap");
        Assert.Equal("ro,nosuid,relatime,idmapped\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void An_unmapped_id_is_an_error()
    {
        using Container container = InUserNamespace();
        container.Bundle.Mount("/mnt", "bind", "/proc", "bind", "idmap");
        Assert.Contains("mounts[7]: mount_setattr(2) on \"/mnt\": invalid argument (EINVAL): does the file system allow mapped ids?", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        container.Bundle.Mounts[^1]!["source"] = container.Path("nowhere");
        Assert.Contains($"mounts[7]: open_tree(2) on \"{container.Path("nowhere")}\": no such file or directory (ENOENT)", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // As without a user namespace: mounts are made in the order of the config.
    [Theory]
    [InlineData(true, true, false, "")]
    [InlineData(true, true, true, "")]
    [InlineData(true, false, false, "")]
    [InlineData(true, false, true, "")]
    [InlineData(false, true, false, "")]
    [InlineData(false, true, true, "")]
    [InlineData(false, false, true, "")]
    [InlineData(true, false, true, "link")]
    [InlineData(true, true, true, "link")]
    public void A_source_in_the_root_shows_earlier_mounts(bool users, bool mapped, bool covers, string way)
    {
        Requires.Kernel(5, 12);
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        if (users) UserMaps.Add(container);
        if (covers) container.Bundle.Put("/data/sub/beneath", "");
        foreach (string place in (string[])["data", "copy"]) Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, place));
        string source = Directory.CreateDirectory(container.Path("source/sub")).FullName, root = container.Bundle.Rootfs;
        File.WriteAllText(source + "/mounted", "");
        if (way == "link") File.CreateSymbolicLink(root = container.Path("link"), container.Bundle.Rootfs);
        container.Bundle.Mount("/data", "bind", Path.GetDirectoryName(source)!, "rbind").Mount("/copy", "bind", root + "/data/sub", "rbind").Args("/bin/ls", "/copy");
        if (mapped) container.Bundle.Mounts[^1]!["uidMappings"] = Mapping(0, FirstId, 65536);
        if (mapped) container.Bundle.Mounts[^1]!["gidMappings"] = Mapping(0, FirstId, 65536);
        Assert.Equal("mounted\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    // The root is mounted over the host's there, so its path on the host leads to the mount beneath.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_source_in_a_root_below_a_closed_directory_shows_earlier_mounts(bool mapped)
    {
        using Container container = InUserNamespace();
        string closed = Directory.CreateDirectory(container.Path("closed")).FullName;
        Harness.Rootfs.Make(closed + "/rootfs");
        foreach (string place in (string[])["data/sub", "copy"]) Directory.CreateDirectory($"{closed}/rootfs/{place}");
        // As a home: root of a user namespace has no privilege over another user's directory.
        File.SetUnixFileMode(closed, (UnixFileMode)0b111_000_000);
        Command.Run("/bin/chown", "1234:1234", closed).Ok();
        string source = Directory.CreateDirectory(container.Path("source/sub")).FullName;
        File.WriteAllText(source + "/mounted", "");
        container.Bundle.Config["root"]!["path"] = closed + "/rootfs";
        container.Bundle.Mount("/data", "bind", Path.GetDirectoryName(source)!, "rbind").Mount("/copy", "bind", closed + "/rootfs/data/sub", "rbind").Args("/bin/ls", "/copy");
        if (mapped) container.Bundle.Mounts[^1]!["uidMappings"] = Mapping(0, FirstId, 65536);
        if (mapped) container.Bundle.Mounts[^1]!["gidMappings"] = Mapping(0, FirstId, 65536);
        Assert.Equal("mounted\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("idmap")]
    [InlineData("ridmap")]
    [Requirement("config/idmap-own-mappings", "config/ridmap-own-mappings")]
    public void A_mounts_own_mapping_takes_precedence(string option)
    {
        using Container container = InUserNamespace();
        container.Bundle.Shell("stat -c '%u %g' /mnt/file").Mount("/mnt", "bind", Volume(container), "bind", option);
        container.Bundle.Mounts[^1]!["uidMappings"] = Mapping(7, FirstId + 70, 1);
        container.Bundle.Mounts[^1]!["gidMappings"] = Mapping(8, FirstId + 80, 1);
        Assert.Equal("70 80\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_file_system_of_a_device_is_an_error()
    {
        using Container container = InUserNamespace();
        using LoopDevice disk = new(container.Path("disk"));
        container.Bundle.Mount("/mnt", "ext4", disk.Path);
        Assert.Contains("mounts[7]: fsconfig(2) on \"ext4\": operation not permitted (EPERM)", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
    }

    private static Container InUserNamespace()
    {
        Requires.Kernel(5, 12);
        Container container = UserMaps.NewContainer();
        container.Bundle.Config["root"]!["readonly"] = false;
        return container;
    }

    private static string Volume(Container container)
    {
        string directory = Directory.CreateDirectory(container.Path("volume")).FullName;
        File.WriteAllText(Path.Combine(directory, "file"), "");
        Command.Run("/bin/chown", "7:8", Path.Combine(directory, "file")).Ok();
        return directory;
    }

    private static JsonArray Mapping(int container, int host, int size) =>
        new(new JsonObject { ["containerID"] = container, ["hostID"] = host, ["size"] = size });
}
