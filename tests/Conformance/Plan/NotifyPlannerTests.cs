// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;

namespace Runcs.Conformance.Plan;

public class NotifyPlannerTests
{
    [Fact]
    public void The_directory_is_mounted_last_and_read_only()
    {
        MountStep[] mounts = Plan(Config(), "/run/runcs/NAME/notify").Rootfs.Mounts;
        Assert.Equal(["/data", "/run/notify"], mounts.Select(mount => mount.Destination));
        Assert.Equal((MountKind.Bind, "/run/runcs/NAME/notify", true), (mounts[1].Kind, mounts[1].Source, mounts[1].Options.IsReadonly));
    }

    [Fact]
    public void The_variable_names_the_socket_whatever_the_config_says() =>
        Assert.Equal(["NOTIFY_SOCKET=/run/notify/notify.sock", "A=b"], Plan(Config(), "/run/runcs/NAME/notify").Process.Env);

    [Fact]
    public void Without_a_service_manager_the_config_is_carried_out_as_it_is()
    {
        ContainerPlan plan = Plan(Config(), null);
        Assert.Equal("/data", Assert.Single(plan.Rootfs.Mounts).Destination);
        Assert.Equal(["NOTIFY_SOCKET=/other", "A=b"], plan.Process.Env);
    }

    [Fact]
    public void The_config_stays_as_it_was_read()
    {
        Config config = Config();
        Plan(config, "/run/runcs/NAME/notify");
        Assert.Equal((1, 2), (config.Mounts.Length, config.Process!.Env.Length));
    }

    private static Config Config() => new()
    {
        OciVersion = "1.2.0",
        Process = new() { Args = ["true"], Cwd = "/", Env = ["NOTIFY_SOCKET=/other", "A=b"] },
        Root = new() { Path = "rootfs" },
        Mounts = [new() { Destination = "/data", Type = "tmpfs" }],
        Linux = new() { Namespaces = [new() { Type = "mount" }] },
    };

    private static ContainerPlan Plan(Config config, string? directory)
    {
        List<string> problems = [];
        ContainerPlan? plan = Planner.TryPlan([], config, [], "NAME", "/bundle", Plans.Host with { NotifyDirectory = directory }, problems, []);
        Assert.Equal([], problems);
        return plan!;
    }
}
