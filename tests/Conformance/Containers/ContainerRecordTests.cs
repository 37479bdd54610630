// SPDX-License-Identifier: Apache-2.0
using System.Text;
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

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        byte[] good = new ContainerRecord { Id = "c1", Bundle = "/b", Rootfs = "/r", Annotations = new() { ["a"] = "b" }, Cgroups = ["pids:/sys/fs/cgroup/pids:/c1"], Hooks = ["poststop"], MemoryAndSwap = 1 }.Write();
        var random = new Random(25);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. good];
            for (int change = random.Next(4); change >= 0; change--)
            {
                int at = random.Next(bytes.Length), length = random.Next(bytes.Length - at);
                if (random.Next(3) == 0) bytes = [.. bytes[..at], .. bytes[(at + length)..], 0];
                else if (random.Next(2) == 0) bytes[at] = (byte)"{}[]\",:0-\\ eu"[random.Next(13)];
                else bytes[at] = (byte)random.Next(256);
            }
            try
            {
                RecordRules.Problem(ContainerRecord.Read(bytes));
            }
            catch (OciDocumentException e)
            {
                Assert.InRange(e.Message.Length, 1, 20_000);
            }
        }
    }

    [Theory]
    [InlineData("cgroups", "[\"pids:/sys/fs/cgroup/pids:/a/b:c\",\"unified:/sys/fs/cgroup/unified:/c1\"]")]
    [InlineData("unit", "\"runcs-c1.scope\"")]
    [InlineData("unit", "\"a-b.slice\"")]
    [InlineData("bundle", "\"/b\"")]
    [InlineData("created", "\"2026-11-30T11:31:21.582037763Z\"")]
    public void Values_of_create_are_no_damage(string member, string value) => Assert.Null(Problem(member, value));

    [Theory]
    [InlineData("cgroups", "[\"\"]")]
    [InlineData("cgroups", "[\"pids\"]")]
    [InlineData("cgroups", "[\":/sys/fs/cgroup/pids:/c1\"]")]
    [InlineData("cgroups", "[\"pids:/sys/fs/cgroup/pids:/\"]")]
    [InlineData("cgroups", "[\"pids:/sys/fs/cgroup/pids:/c1/../..\"]")]
    [InlineData("cgroups", "[\"pids:/sys/fs/cgroup/pids:/c1/.\"]")]
    [InlineData("cgroups", "[\"pids:/sys/fs/cgroup/pids:/c1/\"]")]
    [InlineData("cgroups", "[\"pids:/sys/fs/cgroup/../..:/etc\"]")]
    [InlineData("cgroups", "[\"pids:sys:/c1\"]")]
    [InlineData("cgroups", "[\"pids:/:/etc\"]")]
    [InlineData("cgroups", "[\"pids:/etc:/c1\"]")]
    [InlineData("cgroups", "[\"pids:/proc:/1\"]")]
    [InlineData("unit", "\"dbus.service\"")]
    [InlineData("unit", "\"-.slice\"")]
    [InlineData("unit", "\"init.scope\"")]
    [InlineData("unit", "\"a/../b-c.scope\"")]
    [InlineData("bundle", "\"b\"")]
    [InlineData("rootfs", "\"../r\"")]
    [InlineData("rootMount", "7")]
    [InlineData("created", "\"\\u001b[2J\"")]
    public void Values_that_create_never_records_are_damage(string member, string value) =>
        Assert.StartsWith(member, Problem(member, value), StringComparison.Ordinal);

    private static string? Problem(string member, string value) =>
        RecordRules.Problem(ContainerRecord.Read(Encoding.UTF8.GetBytes($"{{\"id\":\"c1\",\"{member}\":{value}}}")));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"id\":7}")]
    public void A_damaged_record_is_refused(string text) => Assert.Throws<OciDocumentException>(() => ContainerRecord.Read(Encoding.UTF8.GetBytes(text)));
}
