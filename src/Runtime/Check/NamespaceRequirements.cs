// SPDX-License-Identifier: Apache-2.0
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;
using static Runcs.Native.OpenFlags;

namespace Runcs.Check;

/// <summary>Requirements on namespaces: their types, and the namespaces to join.</summary>
internal static class NamespaceRequirements
{
    /// <param name="isPrivileged">The caller has CAP_SYS_ADMIN.</param>
    public static void Check(Config config, bool isPrivileged, UnmetRequirements unmet)
    {
        LinuxNamespace[] namespaces = config.Linux?.Namespaces ?? [];
        for (int i = 0; i < namespaces.Length; i++)
        {
            LinuxNamespace wanted = namespaces[i];
            if (NamespaceKind.Find(wanted.Type) is not { } kind) continue;
            if (!HostFiles.Exists("/proc/self/ns/" + kind.FileName)) unmet.Add($"linux.namespaces[{i}].type", $"the kernel has no {kind.Name} namespaces");
            else if (wanted.Path.Length > 0) CheckPath(wanted.Path, kind, $"linux.namespaces[{i}].path", unmet);
            else if (kind.Flag == CloneFlags.CLONE_NEWUSER)
            {
                if (UserNamespaceRules.Problem(UserNamespaceFacts.Read(), isPrivileged) is { } problem) unmet.Add($"linux.namespaces[{i}].type", problem);
            }
            else if (NamespaceLimits.Problem(kind) is { } limit) unmet.Add($"linux.namespaces[{i}].type", limit);
        }
    }

    private static void CheckPath(string path, NamespaceKind kind, string jsonPath, UnmetRequirements unmet)
    {
        if (path[0] != '/') return;
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out Fd? file);
        if (errno.IsError)
        {
            unmet.Add(jsonPath, $"\"{path}\": {errno}");
            return;
        }
        using (file)
        {
            // Only for namespace files: for a device the ioctl number may have another meaning.
            if (Mounts.TryStatfs(file!.Value, out long type, out _).IsError || type != Mounts.NSFS_MAGIC) unmet.Add(jsonPath, $"\"{path}\" is not a namespace");
            else if (NamespaceFiles.TryGetType(file.Value, out CloneFlags flag).IsError || flag != kind.Flag) unmet.Add(jsonPath, $"\"{path}\" is not a {kind.Name} namespace");
        }
    }
}
