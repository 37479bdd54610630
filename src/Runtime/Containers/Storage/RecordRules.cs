// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.Systemd;
using Runcs.Diagnostics;

namespace Runcs.Containers.Storage;

/// <summary>
/// What a record may hold. Its paths and names select what is killed and removed, so those that create never records are damage:
/// the root of a cgroup hierarchy, a directory of another filesystem, a service. Which cgroup of others it names is not judged
/// (docs/decisions/0025).
/// </summary>
internal static class RecordRules
{
    /// <returns>Null if all values can be those of a container.</returns>
    /// <exception cref="Native.RuncsException">It is unknown.</exception>
    public static string? Problem(ContainerRecord record)
    {
        for (int i = 0; i < record.Cgroups.Length; i++)
        {
            if (CgroupPlace.TryParse(record.Cgroups[i]) is not { } place) return Bad($"cgroups[{i}]", "NAME:MOUNTPOINT:PATH without . and ..", record.Cgroups[i]);
            if (!place.IsMounted()) return Bad($"cgroups[{i}]", "in a mounted hierarchy", record.Cgroups[i]);
        }
        if (record.Unit.Length > 0 && !UnitName.IsOfContainer(record.Unit)) return Bad("unit", "a scope with a prefix, or a slice", record.Unit);
        if (!IsPath(record.Bundle)) return Bad("bundle", "an absolute path", record.Bundle);
        if (!IsPath(record.Rootfs)) return Bad("rootfs", "an absolute path", record.Rootfs);
        if (record.Rootfs.Length == 0 && record.RootMount != 0) return Bad("rootMount", "0 without a root filesystem of its own", record.RootMount.ToString());
        foreach (char next in record.Created)
            if (!char.IsAsciiDigit(next) && next is not ('T' or 'Z' or ':' or '-' or '.')) return Bad("created", "a time", record.Created);
        return null;
    }

    private static bool IsPath(string path) => path.Length == 0 || path[0] == '/';

    private static string Bad(string member, string valid, string value) => $"{member}: must be {valid}, got \"{Excerpt.Of(value)}\"";
}
