// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Namespaces;

/// <summary>From <c>linux.uidMappings</c> and <c>linux.gidMappings</c> to <see cref="IdMaps"/>.</summary>
public static class IdMapPlanner
{
    private const string Uids = "linux.uidMappings", Gids = "linux.gidMappings";

    /// <summary>Null without a user namespace, or for a joined one without maps in the config.</summary>
    /// <param name="isNew">The container gets a user namespace of its own.</param>
    /// <param name="isJoined">It joins one.</param>
    /// <param name="user">The program's user, which must be mapped in a new one.</param>
    internal static IdMaps? Plan(Linux linux, bool isNew, bool isJoined, User? user, List<string> problems)
    {
        (LinuxIDMapping[] uids, LinuxIDMapping[] gids) = (linux.UidMappings, linux.GidMappings);
        if (uids.Length + gids.Length == 0 && !isNew) return null;
        if (!isNew && !isJoined)
        {
            if (uids.Length > 0) problems.Add($"{Uids}: needs a user namespace in linux.namespaces");
            if (gids.Length > 0) problems.Add($"{Gids}: needs a user namespace in linux.namespaces");
            return null;
        }
        int before = problems.Count;
        var maps = new IdMaps(PlanMap(uids, Uids, isNew, problems), PlanMap(gids, Gids, isNew, problems));
        if (isNew && problems.Count == before && user != null) CheckUser(user, maps, Uids, Gids, problems);
        return maps;
    }

    /// <param name="own">The caller's id.</param>
    /// <param name="mayMap">The caller has the capability to map others.</param>
    internal static IdMapMethod ChooseMethod(IdMap map, uint own, bool mayMap)
    {
        if (mayMap) return IdMapMethod.Write;
        return map.Ranges is [{ Size: 1 } single] && single.Outside == own ? IdMapMethod.WriteOwn : IdMapMethod.Helper;
    }

    private static IdMap PlanMap(LinuxIDMapping[] mappings, string field, bool isNew, List<string> problems)
    {
        int before = problems.Count;
        // Checked first, since the checks below compare every pair.
        if (mappings.Length > IdMap.MostRanges)
        {
            problems.Add($"{field}: the kernel accepts at most {IdMap.MostRanges} mappings, got {mappings.Length}");
            return new IdMap([]);
        }
        var ranges = new IdRange[mappings.Length];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new IdRange(mappings[i].ContainerID, mappings[i].HostID, mappings[i].Size);
            CheckRange(ranges, i, JsonPath.Element(field, i), problems);
        }
        var map = new IdMap(ranges);
        if (map.ToString().Length > IdMap.MostBytes) problems.Add($"{field}: the kernel accepts at most {IdMap.MostBytes} bytes of text, got {map.ToString().Length}");
        if (problems.Count > before) return map;
        if (ranges.Length == 0) problems.Add($"{field}: must not be empty with a user namespace");
        // The process that sets up a container is its root.
        else if (isNew && !map.Contains(0)) problems.Add($"{field}: must map containerID 0");
        return map;
    }

    // user_namespaces(7), "Defining user and group ID mappings": a range must not be empty, exceed the ids, or overlap
    // another.
    private static void CheckRange(IdRange[] ranges, int index, string jsonPath, List<string> problems)
    {
        IdRange range = ranges[index];
        if (range.Size == 0)
        {
            problems.Add($"{jsonPath}.size: must not be 0");
            return;
        }
        // The last id, 2^32-1, is not valid (user_namespaces(7)).
        if (range.Inside > uint.MaxValue - range.Size) problems.Add($"{jsonPath}.containerID: {range.Inside} and size {range.Size} go beyond the last id");
        if (range.Outside > uint.MaxValue - range.Size) problems.Add($"{jsonPath}.hostID: {range.Outside} and size {range.Size} go beyond the last id");
        for (int i = 0; i < index; i++)
        {
            if (Overlap(range.Inside, ranges[i].Inside, range.Size, ranges[i].Size)) problems.Add($"{jsonPath}.containerID: overlaps with [{i}]");
            if (Overlap(range.Outside, ranges[i].Outside, range.Size, ranges[i].Size)) problems.Add($"{jsonPath}.hostID: overlaps with [{i}]");
        }
    }

    private static bool Overlap(ulong first, ulong second, ulong firstSize, ulong secondSize) => first < second + secondSize && second < first + firstSize;

    // setresuid(2): EINVAL for an id that is not mapped in the user namespace.
    /// <summary>Checks that the program's user is mapped in a user namespace.</summary>
    /// <param name="uids">The name of the uid map in a problem.</param>
    public static void CheckUser(User user, IdMaps maps, string uids, string gids, List<string> problems) =>
        CheckUser(user.Uid, user.Gid, user.AdditionalGids, maps, uids, gids, problems);

    /// <inheritdoc cref="CheckUser(User, IdMaps, string, string, List{string})"/>
    public static void CheckUser(uint uid, uint gid, uint[] groups, IdMaps maps, string uids, string gids, List<string> problems)
    {
        CheckId("process.user.uid", uid, maps.Uids, uids, problems);
        CheckId("process.user.gid", gid, maps.Gids, gids, problems);
        for (int i = 0; i < groups.Length; i++) CheckId(JsonPath.Element("process.user.additionalGids", i), groups[i], maps.Gids, gids, problems);
    }

    private static void CheckId(string jsonPath, uint id, IdMap map, string where, List<string> problems)
    {
        if (!map.Contains(id)) problems.Add($"{jsonPath}: {id} is not in {where}");
    }
}
