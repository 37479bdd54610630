// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.IntelRdt;
using Runcs.OciSpec;

namespace Runcs.Conformance.IntelRdt;

/// <summary>config-linux.md, "IntelRdt": the class of service, the lines written to it, and the errors.</summary>
public class PlanTests
{
    private const string Schema = "L3:0=7f0;1=1f", Bandwidth = "MB:0=20;1=70";

    [Fact]
    public void A_class_named_after_the_container() => Snapshot.Verify(Plan(new() { MemBwSchema = Bandwidth, L3CacheSchema = Schema, Schemata = ["L2:0=f", "", "L3:0=7ff"], EnableMonitoring = true }));

    [Fact]
    public void A_class_named_by_closID() => Snapshot.Verify(Plan(new() { ClosID = "gold", L3CacheSchema = Schema, MemBwSchema = Bandwidth, EnableMonitoring = true }));

    [Fact]
    public void Without_schemata_the_class_must_exist() => Assert.Equal("resctrl join /sys/fs/resctrl/gold\n", Plan(new() { ClosID = "gold" }));

    [Fact]
    public void The_root_is_the_default_class() => Assert.Equal("resctrl join /sys/fs/resctrl\nresctrl make /sys/fs/resctrl/mon_groups/id\n", Plan(new() { ClosID = "/", EnableMonitoring = true }));

    [Fact]
    public void Without_intelRdt_there_is_no_plan() => Assert.Null(IntelRdtPlanner.PlanIntelRdt(null, "id", null, [], []));

    [Fact]
    [Requirement("config-linux/rdt-mb-form", "config-linux/rdt-mb-newline", "config-linux/rdt-schemata-newline", "config-linux/rdt-l3-form")]
    public void Invalid_settings_are_refused_by_their_path()
    {
        LinuxIntelRdt[] refused =
        [
            new() { ClosID = "." },
            new() { ClosID = ".." },
            new() { ClosID = "a/b" },
            new() { ClosID = "//" },
            new() { ClosID = "a\nb" },
            new() { ClosID = "mon_groups" },
            new() { MemBwSchema = "L3:0=1" },
            new() { MemBwSchema = "MB:0=1\nL3:0=1", L3CacheSchema = "L3:0=1\n", Schemata = ["L3:0=1", "\n"] },
        ];
        Snapshot.Verify(string.Concat(refused.Select(rdt => string.Join("; ", Problems(rdt, "/sys/fs/resctrl")).Replace("\n", "\\n", StringComparison.Ordinal) + "\n"))
            + string.Join("; ", Problems(new(), "")) + "\n");
    }

    [Fact]
    [Requirement("config-linux/rdt-l3-form")]
    public void An_unusual_schema_causes_a_warning()
    {
        List<string> warnings = [];
        IntelRdtPlanner.PlanIntelRdt(new() { L3CacheSchema = "L3CODE:0=f" }, "id", new("/r"), [], warnings);
        Assert.Equal(["linux.intelRdt.l3CacheSchema: should start with \"L3:\", got \"L3CODE:0=f\""], warnings);
    }

    // The kernel returns shorter numbers, its own order, and every cache.
    [Theory]
    [InlineData("L3:0=7f0;1=1f", true)]
    [InlineData("L3:1=01f;0=7F0", true)]
    [InlineData("L3: 0=7f0", true)]
    [InlineData("L3:0=7f0;1=1f;", true)]
    [InlineData("MB:1=70", true)]
    [InlineData("L3:0=7f1;1=1f", false)]
    [InlineData("L3:2=7f0", false)]
    [InlineData("L2:0=7f0", false)]
    [InlineData("MB:0=7", false)]
    [InlineData("L3", false)]
    public void An_existing_class_is_compared_with_the_schemata(string line, bool has) => Assert.Equal(has, Runcs.IntelRdt.Schema.Has("    MB:0=20;1=70\n    L3:0=7f0;1=1f\n", line));

    [Theory]
    [InlineData("30 29 0:26 / /sys/fs/resctrl rw,relatime shared:9 - resctrl resctrl rw\n", "/sys/fs/resctrl")]
    [InlineData("29 1 0:25 / /sys rw - sysfs sysfs rw\n30 29 0:26 / /mnt/r rw,relatime - resctrl none rw,cdp\n", "/mnt/r")]
    [InlineData("30 29 0:26 /group /mnt/r rw,relatime - resctrl resctrl rw\n", "")]
    [InlineData("30 29 0:26 / /resctrl rw,relatime - tmpfs resctrl rw\n", "")]
    public void The_mount_table_shows_the_mount_point_of_resctrl(string mountinfo, string root) => Assert.Equal(root, IntelRdtFacts.FindMount(mountinfo));

    private static string Plan(LinuxIntelRdt rdt)
    {
        List<string> problems = [], warnings = [];
        var text = new StringBuilder();
        IntelRdtPlanner.PlanIntelRdt(rdt, "id", new("/sys/fs/resctrl"), problems, warnings)!.Describe(text);
        Assert.Empty(problems);
        Assert.Empty(warnings);
        return text.ToString();
    }

    private static List<string> Problems(LinuxIntelRdt rdt, string root)
    {
        List<string> problems = [];
        IntelRdtPlanner.PlanIntelRdt(rdt, "id", new(root), problems, []);
        return problems;
    }
}
