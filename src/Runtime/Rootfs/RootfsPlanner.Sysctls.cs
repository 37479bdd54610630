// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.OciSpec;

namespace Runcs.Rootfs;

public static partial class RootfsPlanner
{
    private static SysctlValue[] PlanSysctls(Linux linux, string? domainname, RootfsFacts facts, List<string> problems)
    {
        // There are eight kinds of namespaces: a longer list is an error, and is not searched for each of many
        // parameters.
        const int MostNamespaces = 8;
        if (linux.Sysctl.Count == 0 || linux.Namespaces.Length > MostNamespaces) return [];
        var plan = new List<SysctlValue>(linux.Sysctl.Count);
        foreach ((string name, string value) in linux.Sysctl)
        {
            string jsonPath = $"linux.sysctl[\"{name}\"]";
            string? file = SysctlFile(name);
            string? problem = file == null ? "is not the name of a kernel parameter" : SysctlProblem(file, value, linux, domainname, facts);
            // A parameter has two names, with dots and with slashes.
            problem ??= OtherName(name) is { } other && linux.Sysctl.TryGetValue(other, out string? otherValue) && otherValue != value
                ? $"contradicts linux.sysctl[\"{other}\"]: both are /proc/sys/{file}"
                : null;
            if (problem != null) problems.Add($"{jsonPath}: {problem}");
            else plan.Add(new SysctlValue(jsonPath, file!, value));
        }
        return [.. plan];
    }

    /// <summary>
    /// The file below /proc/sys. sysctl.d(5): the first separator, dot or slash, is the separator of the whole name; the
    /// other character then replaces it within a component, as in <c>net.ipv4.conf.eth0/1.forwarding</c> and
    /// <c>net/ipv4/conf/eth0.1/forwarding</c>.
    /// </summary>
    internal static string? SysctlFile(string name)
    {
        int first = name.AsSpan().IndexOfAny('.', '/');
        if (first <= 0) return null;
        string file = name[first] == '/' ? name : Exchanged(name);
        foreach (string part in file.Split('/'))
        {
            if (part is "" or "." or "..") return null;
        }
        return file;
    }

    // The form with dots of a name with slashes.
    private static string? OtherName(string name) => name[name.AsSpan().IndexOfAny('.', '/')] == '.' ? null : Exchanged(name);

    private static string Exchanged(string name) => string.Create(name.Length, name, static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++) to[i] = from[i] switch { '.' => '/', '/' => '.', char other => other };
    });

    // Only parameters of the container's own namespaces; all others are the host's.
    private static string? SysctlProblem(string file, string value, Linux linux, string? domainname, RootfsFacts facts)
    {
        if (file is "kernel/msgmax" or "kernel/msgmnb" or "kernel/msgmni" or "kernel/sem" or "kernel/shmall" or "kernel/shmmax"
                or "kernel/shmmni" or "kernel/shm_rmid_forced" || file.StartsWith("fs/mqueue/", StringComparison.Ordinal))
            return Has(linux, LinuxNamespaceType.Ipc) ? null : "is not allowed in the host's ipc namespace";
        if (file.StartsWith("net/", StringComparison.Ordinal))
        {
            return Has(linux, LinuxNamespaceType.Network) && !facts.JoinsHostNetwork
                ? null
                : "is not allowed in the host's network namespace";
        }
        if (file == "kernel/domainname")
        {
            if (!Has(linux, LinuxNamespaceType.Uts)) return "is not allowed in the host's uts namespace";
            return string.IsNullOrEmpty(domainname) || domainname == value ? null : "conflicts with the field domainname: use that";
        }
        if (file == "kernel/hostname") return "conflicts with the field hostname: use that";
        return "is not in a separate kernel namespace";
    }
}
