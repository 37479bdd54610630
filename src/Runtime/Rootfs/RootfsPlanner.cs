// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;

namespace Runcs.Rootfs;

/// <summary>From the config to the plan of the file system: pure.</summary>
public static partial class RootfsPlanner
{
    /// <param name="added">Mounts that the runtime adds after those of the config.</param>
    /// <param name="bundle">The bundle's directory, absolute.</param>
    /// <param name="problems">
    /// Receives each error of the config as <c>path: problem</c>; the plan is valid only without errors.
    /// </param>
    public static RootfsPlan PlanRootfs(Config config, Mount[] added, string bundle, RootfsFacts facts, List<string> problems)
    {
        Linux linux = config.Linux ?? new Linux();
        bool ownNamespace = Has(linux, LinuxNamespaceType.Mount);
        MountStep[] mounts = PlanMounts([.. config.Mounts, .. added], linux, bundle, problems);
        if (facts.InUserNamespace)
        {
            bool hasPids = Has(linux, LinuxNamespaceType.Pid);
            for (int i = 0; i < mounts.Length; i++) mounts[i] = WithoutUnmappedGroup(mounts[i] with { MayBeRefused = RefusedMounts.MayRefuse(mounts[i], hasPids) }, linux);
        }
        (MountFlags host, MountFlags root) = PlanPropagation(linux.RootfsPropagation, problems);
        RestrictedPath[] readonlyPaths = PlanPaths(linux.ReadonlyPaths, "linux.readonlyPaths", problems);
        bool readonlyRoot = config.Root?.Readonly == true || Array.Exists(readonlyPaths, path => path.Path == "/");
        return new RootfsPlan
        {
            Root = PlanRoot(config.Root, bundle, problems),
            Readonly = readonlyRoot,
            HostPropagation = host,
            RootPropagation = root,
            NoPivot = facts.NoPivot,
            OwnMountNamespace = ownNamespace,
            Bundle = bundle,
            Mounts = mounts,
            Warnings = WarningsOf(mounts),
            OpensDevices = Array.Exists(mounts, static mount => mount.ReadsPaths && mount.Type != "overlay"),
            MountLabel = linux.MountLabel,
            SetUpDev = !Array.Exists(mounts, mount => mount.Kind == MountKind.Bind && mount.Destination == "/dev"),
            Devices = PlanDevices(linux.Devices, problems),
            Links = PlanLinks(facts),
            Sysctls = PlanSysctls(linux, config.Domainname, facts, problems),
            ReadonlyPaths = Array.FindAll(readonlyPaths, path => path.Path != "/"),
            MaskedPaths = PlanMaskedPaths(linux.MaskedPaths, problems),
            WorkingDirectory = config.Process?.Cwd ?? "/",
        };
    }

    private static string PlanRoot(Root? root, string bundle, List<string> problems)
    {
        if (root == null) problems.Add("root: is required");
        else if (root.Path.Length == 0) problems.Add("root.path: is required");
        string path = ContainerPath.Join(bundle, root?.Path ?? "");
        if (ContainerPath.Lexical(path) == "/") problems.Add("root.path: must not be the host's root");
        return path;
    }

    // mount_namespaces(7). Engines request "shared" for a bind that propagates to the host: its source must remain a
    // peer.
    private static (MountFlags Host, MountFlags Root) PlanPropagation(string value, List<string> problems)
    {
        switch (value)
        {
            case "" or "slave" or "rslave":
                return (MS_SLAVE | MS_REC, 0);
            case "private" or "rprivate":
                return (MS_PRIVATE | MS_REC, 0);
            case "shared" or "rshared" or "unbindable" or "runbindable":
                MountFlags flags = MountOption.Find(value).Flags;
                return ((flags & MS_SHARED) != 0 ? 0 : MS_PRIVATE | MS_REC, flags);
            default:
                problems.Add($"linux.rootfsPropagation: must be shared, slave, private or unbindable, got \"{value}\"");
                return (MS_SLAVE | MS_REC, 0);
        }
    }

    private static RestrictedPath[] PlanMaskedPaths(string[] paths, List<string> problems)
    {
        RestrictedPath[] plan = PlanPaths(paths, "linux.maskedPaths", problems);
        foreach (RestrictedPath path in plan)
        {
            if (ContainerPath.Lexical(path.Path) == "/") problems.Add($"{path.JsonPath}: the root itself cannot be masked");
        }
        return plan;
    }

    // config-linux.md: the values must be absolute. A repeated path is restricted once.
    private static RestrictedPath[] PlanPaths(string[] paths, string field, List<string> problems)
    {
        // Up to this number they are compared pairwise, since a hash table costs more. With a hundred thousand that would
        // take minutes.
        const int Few = 64;
        HashSet<string>? seen = paths.Length > Few ? new(StringComparer.Ordinal) : null;
        var plan = new List<RestrictedPath>(paths.Length);
        for (int i = 0; i < paths.Length; i++)
        {
            string jsonPath = JsonPath.Element(field, i);
            if (!paths[i].StartsWith('/'))
            {
                problems.Add($"{jsonPath}: must be absolute, got \"{paths[i]}\"");
                continue;
            }
            string clean = ContainerPath.Clean(paths[i]);
            if (seen?.Add(clean) ?? !plan.Exists(other => other.Path == clean)) plan.Add(new RestrictedPath(jsonPath, clean));
        }
        return [.. plan];
    }

    private static bool Has(Linux linux, string type) => Array.Exists(linux.Namespaces, ns => ns.Type == type);
}
