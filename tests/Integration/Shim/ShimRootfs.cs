// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>For the tests of a root file system that the shim mounts.</summary>
internal static class ShimRootfs
{
    /// <summary>A container whose root file system is in "source", as a snapshotter's, and "rootfs" is empty.</summary>
    public static ShimTask Add(ShimUnderTest shim, string script)
    {
        ShimTask task = shim.Add(script);
        Directory.Move(task.Bundle.Rootfs, task.Path("source"));
        Directory.CreateDirectory(task.Bundle.Rootfs);
        task.Bundle.Config["root"]!["readonly"] = true;
        return task;
    }

    public static string Make(ShimTask task, string name) => Directory.CreateDirectory(task.Path(name)).FullName;

    public static string Owner(string path) => Command.Run("stat", "--format", "%u %g", path).Ok().Stdout.Trim();

    public static IEnumerable<string> Mounts(ShimTask task) => MountTable.Read().Where(mount => MountTable.IsUnder(mount, task.Bundle.Directory));

    public static void NothingLeft(ShimTask task)
    {
        Assert.Empty(Mounts(task));
        Assert.False(Directory.Exists(task.Path("layers")), "the mapped layers' directory is left");
        Assert.Empty(Leftovers.Cgroups(task.Id));
    }
}
