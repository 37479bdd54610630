// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Containers;
using Runcs.Containers.Storage;
using Runcs.OciSpec;

namespace Runcs.Conformance.Containers;

public class ContainerRecordTests
{
    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        var record = new ContainerRecord
        {
            Id = "c1",
            OciVersion = "1.3.0",
            Bundle = "/b \"ü\"",
            Rootfs = "/b/rootfs",
            RootMount = 77,
            Created = "2026-11-21T18:13:27.068611829Z",
            Annotations = new() { ["a"] = "b\0c", ["<x>"] = "&" },
            Cgroups = ["memory:/sys/fs/cgroup/memory:/c1", "unified:/sys/fs/cgroup/unified:/c1"],
            CgroupsDisabled = true,
            PrivatePidNamespace = true,
            Hooks = ["poststart", "poststop"],
            Program = "/bin/sh",
        };
        Assert.Equivalent(record, ContainerRecord.Read(record.Write()), strict: true);
    }

    [Fact]
    public void The_layout_of_a_record() => Snapshot.Verify(Encoding.UTF8.GetString(new ContainerRecord
    {
        Id = "c1",
        OciVersion = "1.3.0",
        Bundle = "/b",
        Rootfs = "/b/rootfs",
        Created = "2026-11-21T18:13:27Z",
        Cgroups = ["memory:/sys/fs/cgroup/memory:/c1"],
        PrivatePidNamespace = true,
        Program = "sh",
    }.Write()));

    [Fact]
    public void A_newer_record_is_read_without_its_unknown_members()
    {
        ContainerRecord record = ContainerRecord.Read("""{"version":7,"id":"c1","later":{"a":[1,{}]},"hooks":null}"""u8);
        Assert.Equal(7, record.Version);
        Assert.Equal("c1", record.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"id\":7}")]
    public void A_damaged_record_is_refused(string text) => Assert.Throws<OciDocumentException>(() => ContainerRecord.Read(Encoding.UTF8.GetBytes(text)));
}
