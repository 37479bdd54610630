// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.Rootfs;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.MountFlags;

namespace Runcs.Conformance.Rootfs;

public class MountOptionsTests
{
    private const MountFlags NoFlags = 0;
    private const MountAttributeFlags NoAttributes = 0;

    // config.md, "Linux mount options": every name of the table, whether MUST, SHOULD or MAY.
    public static TheoryData<string> Specified =>
    [
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand",
        "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime",
        "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "rnoatime",
        "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate",
        "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared",
        "silent", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable", "idmap", "ridmap",
    ];

    [Theory]
    [Requirement("config/mount-option-*")]
    [MemberData(nameof(Specified))]
    public void Every_option_of_the_specification_is_known(string word) =>
        Assert.NotEqual(MountOptionKind.FileSystem, MountOption.Find(word).Kind);

    [Theory]
    [InlineData("ro", MS_RDONLY)]
    [InlineData("nosuid", MS_NOSUID)]
    [InlineData("nosymfollow", MS_NOSYMFOLLOW)]
    [InlineData("iversion", MS_I_VERSION)]
    [InlineData("lazytime", MS_LAZYTIME)]
    [InlineData("silent", MS_SILENT)]
    [InlineData("mand", MS_MANDLOCK)]
    [InlineData("rbind", MS_BIND | MS_REC)]
    public void A_flag_is_set(string word, MountFlags flag) => Assert.Equal(flag, Of(word).Flags);

    [Theory]
    [InlineData("ro", "rw")]
    [InlineData("nosuid", "suid")]
    [InlineData("nodev", "dev")]
    [InlineData("noexec", "exec")]
    [InlineData("nosymfollow", "symfollow")]
    [InlineData("noatime", "atime")]
    [InlineData("nodiratime", "diratime")]
    [InlineData("relatime", "norelatime")]
    [InlineData("strictatime", "nostrictatime")]
    [InlineData("sync", "async")]
    [InlineData("mand", "nomand")]
    [InlineData("lazytime", "nolazytime")]
    [InlineData("iversion", "noiversion")]
    [InlineData("silent", "loud")]
    public void The_later_of_two_contrary_words_wins(string set, string clear)
    {
        Assert.Equal(NoFlags, Of(set, clear).Flags);
        Assert.NotEqual(NoFlags, Of(set, clear).Cleared);
        Assert.NotEqual(NoFlags, Of(clear, set).Flags);
        Assert.Equal(NoFlags, Of(clear, set).Cleared);
    }

    [Theory]
    [InlineData("rro", MOUNT_ATTR_RDONLY, NoAttributes)]
    [InlineData("rrw", NoAttributes, MOUNT_ATTR_RDONLY)]
    [InlineData("rnosuid", MOUNT_ATTR_NOSUID, NoAttributes)]
    [InlineData("rsuid", NoAttributes, MOUNT_ATTR_NOSUID)]
    [InlineData("rnosymfollow", MOUNT_ATTR_NOSYMFOLLOW, NoAttributes)]
    [InlineData("rnodiratime", MOUNT_ATTR_NODIRATIME, NoAttributes)]
    [InlineData("rdiratime", NoAttributes, MOUNT_ATTR_NODIRATIME)]
    [InlineData("rnoatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME)]
    [InlineData("rstrictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME)]
    [InlineData("rrelatime", NoAttributes, MOUNT_ATTR__ATIME)]
    [InlineData("ratime", NoAttributes, MOUNT_ATTR__ATIME)]
    [InlineData("rnorelatime", NoAttributes, MOUNT_ATTR__ATIME)]
    [InlineData("rnostrictatime", NoAttributes, MOUNT_ATTR__ATIME)]
    public void A_recursive_word_is_a_change_of_the_tree(string word, MountAttributeFlags set, MountAttributeFlags clear) => Assert.Equal((set, clear), Of(word).Tree);

    [Fact]
    public void The_later_of_two_recursive_options_wins()
    {
        Assert.Equal((NoAttributes, MOUNT_ATTR_RDONLY), Of("rro", "rrw").Tree);
        Assert.Equal((MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME), Of("rnoatime", "rstrictatime").Tree);
    }

    [Fact]
    public void A_new_mount_is_relatime_by_default()
    {
        Assert.Equal(MOUNT_ATTR_RELATIME, Of("defaults").Attributes);
        Assert.Equal(MOUNT_ATTR_NOATIME | MOUNT_ATTR_NODEV, Of("noatime", "nodev").Attributes);
        Assert.Equal(MOUNT_ATTR_STRICTATIME, Of("noatime", "strictatime").Attributes);
    }

    [Theory]
    [InlineData("bind")]
    [InlineData("rbind", "rprivate")]
    [InlineData("bind", "defaults")]
    public void A_bind_without_a_word_about_flags_keeps_those_of_its_source(params string[] words) =>
        Assert.Equal((NoAttributes, NoAttributes), Of(words).BindChange);

    [Fact]
    public void A_bind_with_an_option_for_flags_gets_exactly_these()
    {
        const MountAttributeFlags All = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;
        Assert.Equal((MOUNT_ATTR_RDONLY, All), Of("bind", "ro").BindChange);
        Assert.Equal((NoAttributes, All), Of("bind", "rw").BindChange);
        Assert.Equal((MOUNT_ATTR_NOATIME, All | MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME), Of("bind", "noatime").BindChange);
    }

    [Fact]
    [Requirement("config/mount-options-unknown")]
    public void Unknown_words_are_parameters_of_the_file_system()
    {
        MountOptions options = Of("mode=755", "size=64k,nr_inodes=5", "newinstance", "context=\"a:s0:c1,c2\"", @"lowerdir=/a\,b");
        MountParameter[] expected =
        [
            new("mode", "755"), new("size", "64k"), new("nr_inodes", "5"), new("newinstance", null), new("context", "\"a:s0:c1,c2\""),
            new("lowerdir", @"/a\,b"),
        ];
        Assert.Equal(expected, options.Parameters);
        Assert.Equal(NoFlags, options.Flags);
    }

    [Fact]
    public void Propagation_types_are_kept_in_their_order() =>
        Assert.Equal([MS_PRIVATE | MS_REC, MS_SHARED], Of("rprivate", "shared").Propagation);

    [Fact]
    [Requirement("config/mount-options-custom")]
    public void Words_of_mount_8_that_are_in_no_table_do_what_they_do_there()
    {
        Assert.Equal((NoFlags, 0), (Of("auto", "noauto", "nouser", "_netdev", "x-systemd.automount", "X-mount.mkdir").Flags, Of("x-a=b").Parameters.Count));
        Assert.Equal(MS_NOEXEC | MS_NOSUID | MS_NODEV, Of("user").Flags);
        Assert.Equal(MS_NOSUID | MS_NODEV, Of("users", "exec", "owner").Flags);
        Assert.Equal(MS_NOSUID | MS_NODEV, Of("group").Flags);
    }

    [Fact]
    public void The_nodes_of_a_memory_policy_are_one_parameter() =>
        Assert.Equal([new("mpol", "bind:0,2-3"), new("size", "1m")], Of("mpol=bind:0,2-3,size=1m").Parameters);

    [Theory]
    [Requirement("config/idmap-not-passed", "config/ridmap-not-passed")]
    [InlineData("idmap", false)]
    [InlineData("ridmap", true)]
    public void Ids_are_mapped_of_a_mount_or_of_the_tree(string word, bool tree)
    {
        MountOptions options = Of("bind", word);
        Assert.True(options.IsIdMapped);
        Assert.Equal(tree, options.IsTreeIdMapped);
        Assert.Equal((NoAttributes, NoAttributes), options.BindChange);
    }

    // mount(8): both request the kernel's default.
    [Theory]
    [InlineData("atime", MOUNT_ATTR__ATIME)]
    [InlineData("nostrictatime", MOUNT_ATTR__ATIME)]
    [InlineData("norelatime", NoAttributes)]
    [InlineData("diratime", MOUNT_ATTR_NODIRATIME)]
    public void A_bind_loses_an_access_time_mode_that_is_named(string word, MountAttributeFlags cleared)
    {
        (MountAttributeFlags set, MountAttributeFlags clear) = Of("bind", word).BindChange;
        Assert.Equal(NoAttributes, set);
        Assert.Equal(cleared, clear & (MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME));
    }

    // As runc: they are flags of the file system, so they change nothing by themselves, but count as options.
    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("lazytime")]
    [InlineData("noiversion")]
    public void An_option_of_the_file_system_also_sets_a_binds_flags_exactly(string word) => Assert.NotEqual((NoAttributes, NoAttributes), Of("bind", word).BindChange);

    private static MountOptions Of(params string[] words)
    {
        var options = new MountOptions();
        foreach (string word in words) options.Add(word);
        return options;
    }
}
