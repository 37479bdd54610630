// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>What the counts depend on: the kernel's version and the cgroup hierarchies.</summary>
internal static class CostMachine
{
    public static string Name(IReadOnlyList<string> prefix)
    {
        Version kernel = Environment.OSVersion.Version;
        string[][] mounts = [.. Command.Run([.. prefix, "cat", "/proc/mounts"]).Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
        int v1 = mounts.Count(mount => mount[2] == "cgroup");
        List<string> hierarchies = v1 > 0 ? [$"{v1} of v1"] : [];
        if (mounts.FirstOrDefault(mount => mount[2] == "cgroup2") is { } v2)
        {
            string controllers = Command.Run([.. prefix, "cat", v2[1] + "/cgroup.controllers"]).Ok().Stdout;
            hierarchies.Add($"v2 with {controllers.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length} controllers");
        }
        return $"Linux {kernel.Major}.{kernel.Minor}, {string.Join(", ", hierarchies)}";
    }
}
