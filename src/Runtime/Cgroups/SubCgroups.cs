// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>The cgroups that a further process of a container joins: the container's own, or others below them (<c>exec --cgroup</c>).</summary>
public static class SubCgroups
{
    /// <param name="recorded">The container's cgroups, from its record.</param>
    /// <param name="arguments">
    /// Each <c>PATH</c> or <c>CONTROLLER[,CONTROLLER...]:PATH</c>; the rules and messages are runc's.
    /// </param>
    /// <returns>In the form of the record.</returns>
    /// <exception cref="RuncsException"/>
    public static string[] Resolve(string[] recorded, IReadOnlyList<string> arguments)
    {
        var places = new CgroupPlace[recorded.Length];
        for (int i = 0; i < places.Length; i++) places[i] = CgroupPlace.Parse(recorded[i]);
        var moved = new bool[places.Length];
        foreach (string argument in arguments)
        {
            int colon = argument.IndexOf(':');
            if (colon < 0)
            {
                if (arguments.Count != 1) throw new RuncsException($"invalid --cgroup argument: {argument} (missing <controller>: prefix)");
                for (int i = 0; i < places.Length; i++) places[i] = Below(places[i], argument);
                continue;
            }
            foreach (string controller in argument[..colon].Split(','))
            {
                if (controller.Length == 0) throw new RuncsException($"invalid --cgroup argument: {argument} (empty <controller> prefix)");
                Move(places, moved, controller, argument[(colon + 1)..]);
            }
        }
        return Array.ConvertAll(places, place => place.ToString());
    }

    // Controllers of one hierarchy move together; naming the same path twice is no error.
    private static void Move(CgroupPlace[] places, bool[] moved, string controller, string path)
    {
        int index = Array.FindIndex(places, place => place.Has(controller) || (controller == "systemd" && place.Has("name=systemd")));
        if (index < 0) throw new RuncsException($"unknown controller {controller} in SubCgroupPaths");
        if (!moved[index]) places[index] = Below(places[index], path);
        else if (!places[index].Path.EndsWith(Below(new CgroupPlace("", "", ""), path).Path, StringComparison.Ordinal))
            throw new RuncsException($"invalid --cgroup argument(s): controller {controller} specified multiple times");
        moved[index] = true;
    }

    // Lexically, as the kernel's tree has no links; a path cannot leave the container's own cgroup.
    private static CgroupPlace Below(CgroupPlace place, string path)
    {
        string result = place.Path;
        int depth = 0;
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                if (depth-- == 0) throw new RuncsException($"bad sub cgroup path: {path}");
                result = result[..result.LastIndexOf('/')];
                continue;
            }
            depth++;
            result = string.Concat(result == "/" ? "" : result, "/", part);
        }
        return place with { Path = result };
    }
}
