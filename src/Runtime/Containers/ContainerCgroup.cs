// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Containers;

/// <summary>A container's cgroups, opened from its record.</summary>
internal static class ContainerCgroup
{
    public static bool IsFrozen(ContainerRecord record) => false;

    public static void Thaw(ContainerRecord record)
    {
    }

    /// <returns>There was something to kill.</returns>
    public static bool KillAll(ContainerRecord record) => false;

    public static void Remove(ContainerRecord record)
    {
    }
}
