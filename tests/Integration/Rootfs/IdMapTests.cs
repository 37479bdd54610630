// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, options <c>idmap</c> and <c>ridmap</c>, and the mappings of a mount.</summary>
public class IdMapTests
{
    private const string Owner = "stat -c '%u %g' ";

    // Also without the option, as with runc: given mappings must be applied.
    [Theory]
    [Requirement("config/idmap-applied", "config/idmap-own-mappings")]
    [InlineData("bind", "idmap")]
    [InlineData("bind", "ridmap")]
    [InlineData("rbind", "idmap")]
    [InlineData("bind")]
    public void An_id_mapped_bind_shows_other_ids(params string[] options)
    {
        Kernel();
        using Container container = new();
        string source = Volume(container);
        Map(container, "/data", "bind", source, options);
        container.Bundle.Shell($"{Owner} /data/file /data/root; touch /data/new; {Owner} /data/new");
        // The container's root has no id on the disk there.
        Result result = container.Run();
        Assert.Equal("2001 3001\n65534 65534\n", result.Stdout);
        Assert.Contains("new", result.Stderr, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(source, "new")));
    }

    [Fact]
    public void Written_files_get_the_ids_of_the_disk()
    {
        Kernel();
        using Container container = new();
        string source = Volume(container);
        // No file can be made in a directory whose owner is not mapped (inode_permission() of fs/namei.c).
        Command.Run("/bin/chown", "1003:1003", source).Ok();
        Map(container, "/data", "bind", source, "bind", "idmap");
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 2003, ["gid"] = 3004 };
        container.Bundle.Shell("touch /data/new");
        container.Run().Ok();
        Assert.Equal("1003 1004\n", Command.Run("stat", "-c", "%u %g", Path.Combine(source, "new")).Ok().Stdout);
    }

    [Theory]
    [Requirement("config/ridmap-applied", "config/ridmap-own-mappings")]
    [InlineData("idmap", "1001 1001")]
    [InlineData("ridmap", "2001 3001")]
    public void The_mounts_below_are_mapped_only_when_asked(string option, string below)
    {
        Kernel();
        Requires.Kernel(6, 3);
        using Container container = new();
        string source = Volume(container), sub = Directory.CreateDirectory(source + "/sub").FullName;
        Command.Run("/bin/mount", "-t", "tmpfs", "tmpfs", sub).Ok();
        File.WriteAllText(sub + "/file", "");
        Command.Run("/bin/chown", "1001:1001", sub + "/file").Ok();
        Map(container, "/data", "bind", source, "rbind", option);
        container.Bundle.Shell(Owner + "/data/file /data/sub/file");
        Assert.Equal($"2001 3001\n{below}\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_new_file_system_shows_other_ids()
    {
        Kernel();
        Requires.Kernel(6, 3);
        using Container container = new();
        Map(container, "/data", "tmpfs", "tmpfs", "uid=1001", "gid=1002", "idmap", "ro");
        container.Bundle.Shell(Owner + "/data; grep ' /data ' /proc/self/mountinfo | cut -d' ' -f 6");
        Assert.Equal("2001 3002\nro,relatime,idmapped\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_file_system_of_a_device_shows_other_ids()
    {
        Kernel();
        using Container container = new();
        using LoopDevice disk = new(container.Path("disk"));
        Map(container, "/data", "ext4", disk.Path, "idmap", "silent");
        // Id 0 is not mapped.
        container.Bundle.Shell(Owner + "/data; grep ' /data ' /proc/self/mountinfo | cut -d' ' -f 6");
        Assert.Equal("65534 65534\nrw,relatime,idmapped\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Several_mounts_have_their_own_mappings()
    {
        Kernel();
        using Container container = new();
        string source = Volume(container);
        Map(container, "/a", "bind", source, "bind", "idmap");
        Map(container, "/b", "bind", source, "bind", "idmap");
        container.Bundle.Mounts[^1]!["uidMappings"] = Mapping(1001, 7, 1);
        Map(container, "/c", "bind", source, "bind", "idmap");
        container.Bundle.Mount("/d", "bind", source, "bind").Shell(Owner + "/a/file /b/file /c/file /d/file");
        Assert.Equal("2001 3001\n7 3001\n2001 3001\n1001 1001\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("proc")]
    [InlineData("mqueue")]
    public void A_file_system_without_id_mapping_is_an_error(string type)
    {
        Kernel();
        using Container container = new();
        Map(container, type == "proc" ? "/proc" : "/data", type, type, "idmap");
        Assert.Contains($"mounts[7]: mount_setattr(2) on \"{(type == "proc" ? "/proc" : "/data")}\": invalid argument (EINVAL): does the file system allow mapped ids?",
            ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // Behind many others it is made later, by a helper.
    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Mappings_that_the_kernel_refuses_are_an_error(int others)
    {
        Kernel();
        using Container container = new();
        for (int i = 0; i < others; i++)
        {
            Map(container, $"/other/{i}", "bind", Volume(container), "bind", "idmap");
            container.Bundle.Mounts[^1]!["gidMappings"]!.AsArray().Add(new JsonObject { ["containerID"] = 5000 + i, ["hostID"] = 7000 + i, ["size"] = 1 });
        }
        Map(container, "/data", "bind", Volume(container), "bind", "idmap");
        container.Bundle.Mounts[^1]!["gidMappings"]!.AsArray().Add(new JsonObject { ["containerID"] = 1002, ["hostID"] = 5, ["size"] = 1 });
        string message = ErrorMessage.Of(container.Run());
        Assert.Contains($"mounts[{7 + others}].gidMappings: write(2) on \"/proc/", message, StringComparison.Ordinal);
        Assert.Contains("invalid argument (EINVAL)", message, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // Linux 5.10 and 5.11.
    [Fact]
    [Requirement("config/idmap-mount-setattr", "config/ridmap-mount-setattr", "config/mounts-uidmappings-setattr",
        "config/mounts-gidmappings-setattr")]
    public void A_kernel_without_id_mapped_mounts_is_an_error()
    {
        Kernel();
        Requires.Program("strace");
        using Container container = new();
        container.Runtime.Tracer = ["strace", "-f", "-o", "/dev/null", "-e", "trace=mount_setattr", "-e", "inject=mount_setattr:error=ENOSYS"];
        Map(container, "/data", "bind", Volume(container), "bind", "idmap");
        Assert.Contains("mounts[7]: mount_setattr(2) on \"/data\": function not implemented (ENOSYS): mapped ids need Linux 5.12", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
    }

    private static void Kernel()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.UserNamespaces();
        Requires.Kernel(5, 12);
    }

    // 1000 to 1009 are mapped, to users from 2000 and groups from 3000 on.
    private static void Map(Container container, string destination, string type, string source, params string[] options)
    {
        container.Bundle.Mount(destination, type, source, options);
        container.Bundle.Mounts[^1]!["uidMappings"] = Mapping(1000, 2000, 10);
        container.Bundle.Mounts[^1]!["gidMappings"] = Mapping(1000, 3000, 10);
    }

    private static JsonArray Mapping(int container, int host, int size) =>
        new(new JsonObject { ["containerID"] = container, ["hostID"] = host, ["size"] = size });

    private static string Volume(Container container)
    {
        string directory = Directory.CreateDirectory(container.Path("volume")).FullName;
        foreach (string name in (string[])["file", "root"]) File.WriteAllText(Path.Combine(directory, name), "");
        Command.Run("/bin/chown", "1001:1001", Path.Combine(directory, "file")).Ok();
        return directory;
    }
}
