// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>A keeper on a machine whose only hierarchy has the controllers.</summary>
public class KeeperV2Tests
{
    public KeeperV2Tests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.CgroupV2Controllers("memory");
    }

    /// <summary>Each run's own: the cgroup of a restarted container is a new one.</summary>
    [Fact]
    public void Killed_for_memory_is_recorded_and_the_next_run_is_not()
    {
        using Container container = new();
        container.Bundle.Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 16 << 20, ["swap"] = 16 << 20 } };
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Bundle.Shell("[ -e /again ] && exit 4; touch /again; tail /dev/zero");
        container.Run("--supervise").Ok();
        container.Wait().Fails();
        Assert.True((bool)container.Keeper()["oomKilled"]!);
        container.Delete().Ok();
        File.Delete(Path.Combine(container.Bundle.Rootfs, "again"));
        container.Run("--supervise", "--restart", "on-failure:1").Ok();
        container.Wait().Exits(4);
        Assert.False((bool)container.Keeper()["oomKilled"]!);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }
}
