// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "IntelRdt", on a fake, since no test machine has the hardware.</summary>
public class IntelRdtTests
{
    private const string Schema = "L3:0=7f0;1=1f", Bandwidth = "MB:0=20;1=70";

    public IntelRdtTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    [Requirement("config-linux/rdt-task", "config-linux/rdt-rules", "config-linux/rdt-both-schemas", "config-linux/rdt-schemata", "config-linux/rdt-closid-default", "config-linux/rdt-removed", "config-linux/rdt-monitoring", "config-linux/rdt-monitoring-name", "config-linux/rdt-monitoring-removed")]
    public void A_container_has_a_class_of_its_own_and_takes_it_along() => FakeResctrl.Use(fake =>
    {
        using Container container = New(new() { ["l3CacheSchema"] = Schema, ["memBwSchema"] = Bandwidth, ["schemata"] = new JsonArray("L2:0=f", "L3:0=ff"), ["enableMonitoring"] = true });
        container.Create().Ok();
        string id = container.Id, monitoring = $"{id}/mon_groups/{id}";
        Assert.Equal([$"mkdir {id}", $"write {id}/schemata {Schema}", $"write {id}/schemata {Bandwidth}", $"write {id}/schemata L2:0=f", $"write {id}/schemata L3:0=ff",
            $"write {id}/tasks {container.Pid}", $"mkdir {monitoring}", $"write {monitoring}/tasks {container.Pid}"], fake.Done);
        Assert.Equal("    L2:0=f;1=ff\n    L3:0=ff;1=1f\n    MB:0=20;1=70\n", fake.Read(id + "/schemata"));
        Assert.Equal($"{container.Pid}\n", fake.Read(monitoring + "/tasks"));
        container.Start().Ok();
        container.Delete("--force").Ok();
        Assert.Empty(fake.Groups);
        Leftovers.AssertNone(container);
    });

    [Fact]
    [Requirement("config-linux/rdt-no-schema", "config-linux/rdt-removed")]
    public void A_run_takes_its_class_along() => FakeResctrl.Use(fake =>
    {
        using Container container = New([]);
        container.Bundle.Args("true");
        container.Run().Ok();
        Assert.Equal([$"mkdir {container.Id}", fake.Done[1], $"rmdir {container.Id}"], fake.Done);
        Assert.StartsWith($"write {container.Id}/tasks ", fake.Done[1], StringComparison.Ordinal);
        Assert.Empty(fake.Groups);
    });

    [Fact]
    [Requirement("config-linux/rdt-closid-compared", "config-linux/rdt-not-removed", "config-linux/rdt-monitoring-removed")]
    public void A_class_by_name_must_be_what_is_asked_for_and_stays() => FakeResctrl.Use(fake =>
    {
        fake.Prepare("gold", Schema + "\n" + Bandwidth);
        using Container container = New(new() { ["closID"] = "gold", ["l3CacheSchema"] = "L3:1=01f;0=7f0", ["memBwSchema"] = "MB:1=70", ["enableMonitoring"] = true });
        container.Create().Ok();
        Assert.Equal($"{container.Pid}\n", fake.Read("gold/tasks"));
        Assert.Equal(["gold", $"gold/mon_groups/{container.Id}"], fake.Groups);
        container.Delete().Ok();
        Assert.Equal(["gold"], fake.Groups);
        using Container other = New(new() { ["closID"] = "gold", ["memBwSchema"] = "MB:0=30" });
        Assert.Contains("linux.intelRdt.memBwSchema: \"MB:0=30\" is not in the schemata of class of service /sys/fs/resctrl/gold: ", ErrorMessage.Of(other.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(other);
        Assert.Equal(["gold"], fake.Groups);
    });

    [Fact]
    [Requirement("config-linux/rdt-closid-made", "config-linux/rdt-closid-preconfigured", "config-linux/rdt-not-removed")]
    public void A_class_by_name_is_made_if_a_schema_says_what_it_is_and_stays() => FakeResctrl.Use(fake =>
    {
        using Container container = New(new() { ["closID"] = "silver", ["schemata"] = new JsonArray("L2:1=1") });
        container.Create().Ok();
        container.Delete().Ok();
        Assert.Equal(["silver"], fake.Groups);
        using Container joining = New(new() { ["closID"] = "silver" });
        joining.Create().Ok();
        Assert.Equal($"write silver/tasks {joining.Pid}", fake.Done[^1]);
        joining.Delete().Ok();
        using Container missing = New(new() { ["closID"] = "bronze" });
        Assert.Contains("linux.intelRdt.closID: class of service /sys/fs/resctrl/bronze does not exist, and without a schema it must", ErrorMessage.Of(missing.Create()), StringComparison.Ordinal);
        Assert.Equal(["silver"], fake.Groups);
    });

    [Fact]
    [Requirement("config-linux/rdt-default-clos")]
    public void The_default_class_may_be_monitored() => FakeResctrl.Use(fake =>
    {
        using Container container = New(new() { ["closID"] = "/", ["enableMonitoring"] = true });
        container.Create().Ok();
        Assert.Equal($"{container.Pid}\n", fake.Read("tasks"));
        Assert.Equal($"{container.Pid}\n", fake.Read($"mon_groups/{container.Id}/tasks"));
        container.Delete().Ok();
        Assert.Empty(fake.Groups);
    });

    [Fact]
    [Requirement("config-linux/rdt-one-schema", "config-linux/rdt-not-removed")]
    public void A_class_that_was_there_is_not_the_containers_to_remove() => FakeResctrl.Use(fake =>
    {
        using Container container = New(new() { ["l3CacheSchema"] = Schema });
        fake.Prepare(container.Id, Bandwidth);
        container.Create().Ok();
        Assert.Equal("    L2:0=ff;1=ff\n    L3:0=7f0;1=1f\n    MB:0=20;1=70\n", fake.Read(container.Id + "/schemata"));
        container.Delete().Ok();
        Assert.Equal([container.Id], fake.Groups);
    });

    [Fact]
    [Requirement("config-linux/rdt-monitoring-fails")]
    public void A_refusal_of_the_kernel_is_reported_and_rolled_back() => FakeResctrl.Use(fake =>
    {
        using Container container = New(new() { ["l3CacheSchema"] = Schema, ["schemata"] = new JsonArray("L9:0=1") });
        Assert.Contains("linux.intelRdt.schemata[0]: write(2) on \"/sys/fs/resctrl/" + container.Id + "/schemata\": invalid argument (EINVAL): resctrl reports: Unknown or unsupported resource name 'L9'",
            ErrorMessage.Of(container.Create()), StringComparison.Ordinal);
        Assert.Empty(fake.Groups);
        Leftovers.AssertNone(container);
        fake.MostMonitoringGroups = 0;
        using Container monitored = New(new() { ["closID"] = "new", ["memBwSchema"] = Bandwidth, ["enableMonitoring"] = true });
        Assert.Contains("linux.intelRdt.enableMonitoring: mkdirat(2) on \"/sys/fs/resctrl/new/mon_groups/" + monitored.Id + "\": no space left on device (ENOSPC): resctrl reports: Out of RMIDs",
            ErrorMessage.Of(monitored.Create()), StringComparison.Ordinal);
        Assert.Empty(fake.Groups); // not even the one in the config
        Leftovers.AssertNone(monitored);
    });

    [Fact]
    public void The_remains_of_a_killed_create_are_removed() => FakeResctrl.Use(fake =>
    {
        using Container container = New(new() { ["enableMonitoring"] = true });
        container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", "kill -9 $PPID") }) };
        container.Create().Fails();
        Assert.NotEmpty(fake.Groups);
        container.Delete("--force").Ok();
        Assert.Empty(fake.Groups);
    });

    [Fact]
    [Requirement("config-linux/rdt-unset")]
    public void Without_the_field_nothing_is_touched() => FakeResctrl.Use(fake =>
    {
        using var container = new Container();
        container.Bundle.Args("true");
        container.Run().Ok();
        Assert.Equal(0, fake.Requests);
    });

    [Fact]
    [Requirement("config-linux/rdt-no-resctrl")]
    public void Without_resctrl_intelRdt_is_refused()
    {
        Requires.That(!File.Exists("/sys/fs/resctrl/schemata"), "needs a machine without resctrl");
        using Container container = New([]);
        Assert.Contains("linux.intelRdt: no resctrl filesystem is mounted", ErrorMessage.Of(container.Create()), StringComparison.Ordinal);
    }

    private static Container New(JsonObject rdt)
    {
        var container = new Container();
        container.Bundle.Linux["intelRdt"] = rdt;
        container.Bundle.Shell("sleep 100");
        return container;
    }
}
