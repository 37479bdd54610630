// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;

namespace Runcs.Namespaces;

/// <summary>Why newuidmap(1) or newgidmap(1) cannot write a map, each reason with its remedy.</summary>
public static class IdMapRules
{
    /// <param name="jsonPath">Of the map.</param>
    /// <returns>Lines of the form <c>path: problem</c>; none if the helper can write it, or it is unknown.</returns>
    public static List<string> Problems(string jsonPath, IdMap map, bool ofUids, IdMapFacts facts)
    {
        var problems = new List<string>();
        IdMapHelperFacts helper = ofUids ? facts.UidHelper : facts.GidHelper;
        if (OfHelper(helper, facts) is { } problem) problems.Add($"{jsonPath}: {problem}");
        if (facts.User.Gid is { } gid && gid != facts.Gid)
            problems.Add($"{jsonPath}: {helper.Name} requires the group of the caller's line in /etc/passwd, {gid}, and runcs has {facts.Gid}: call runcs with that group, as newgrp(1) without a name gives it");
        if (facts.HasOtherSource) return problems;
        (uint own, SubordinateIds ids, string file) = ofUids ? (facts.User.Uid, facts.Uids, SubordinateIds.UidFile) : (facts.Gid, facts.Gids, SubordinateIds.GidFile);
        for (int i = 0; i < map.Ranges.Count; i++)
        {
            IdRange range = map.Ranges[i];
            // newuidmap(1): the caller's own id needs no line.
            if (!(range.Size == 1 && range.Outside == own) && !ids.Contains(range.Outside, range.Size))
                problems.Add($"{JsonPath.Element(jsonPath, i)}: {Ids(range)} of the host {(range.Size == 1 ? "is" : "are")} not the caller's to map: {Describe(ids, file, facts.User)}");
        }
        return problems;
    }

    /// <summary>In a user namespace: no privilege there maps ids that it does not have (user_namespaces(7)).</summary>
    /// <param name="own">The caller's own map.</param>
    /// <param name="file">Its file, for messages.</param>
    public static List<string> Beyond(string jsonPath, IdMap map, IdMap own, string file)
    {
        var problems = new List<string>();
        for (int i = 0; i < map.Ranges.Count; i++)
        {
            IdRange range = map.Ranges[i];
            if (!IsInOneLine(own, range)) problems.Add($"{JsonPath.Element(jsonPath, i)}: {Ids(range)} must lie in one line of the caller's own map, {file}");
        }
        return problems;
    }

    private static bool IsInOneLine(IdMap own, IdRange wanted)
    {
        foreach (IdRange line in own.Ranges)
            if (wanted.Outside >= line.Inside && (ulong)wanted.Outside + wanted.Size <= (ulong)line.Inside + line.Size) return true;
        return false;
    }

    private static string Missing(string name, uint uid) =>
        $"runcs runs as uid {uid}, which may map only its own id: for other ids {name} is needed (package uidmap or shadow-utils), and PATH has none";

    private static string? OfHelper(IdMapHelperFacts helper, IdMapFacts facts)
    {
        if (helper.Path == null) return Missing(helper.Name, facts.User.Uid);
        if (!helper.HasPrivilege)
            return $"\"{helper.Path}\" is neither a setuid program of root nor has {helper.Capability}: install it again (package uidmap or shadow-utils), or as root: setcap {helper.Capability}+ep {helper.Path}";
        if (helper.IgnoresPrivilege) return $"\"{helper.Path}\" has no privilege on a filesystem mounted with nosuid: mount it without";
        return facts.NoNewPrivileges ? $"{helper.Name} has no privilege, since the caller of runcs has set no_new_privs: call runcs without (of a systemd unit: NoNewPrivileges=no)" : null;
    }

    private static string Ids(IdRange range) => range.Size == 1 ? $"id {range.Outside}" : $"ids {range.Outside} to {range.Outside + (range.Size - 1)}";

    private static string Describe(SubordinateIds ids, string file, HostAccount user)
    {
        // The helper requires a name, which it may find elsewhere.
        (string name, string unknown) = user.Names.Count > 0 ? (user.Names[0], "") : (user.Uid.ToString(), ", which is not in /etc/passwd");
        if (ids.Ranges.Count == 0) return $"{file} has no range for uid {user.Uid}{unknown}: as root add a line such as {name}:100000:65536, with ids that no other user has";
        var ranges = new List<string>();
        foreach (SubordinateRange range in ids.Ranges) ranges.Add($"{range.First} to {range.End - 1}");
        return $"{file} has {string.Join(", ", ranges)} for uid {user.Uid}: map these, or as root add a line with ids that no other user has";
    }
}
