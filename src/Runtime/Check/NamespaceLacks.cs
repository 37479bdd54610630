// SPDX-License-Identifier: Apache-2.0
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;
using static Runcs.Native.OpenFlags;

namespace Runcs.Check;

/// <summary>Kinds of namespaces that the kernel does not have or does not give, and paths that are no namespace of their kind.</summary>
internal static class NamespaceLacks
{
    public static void Find(Config config, HostLacks lacks)
    {
        LinuxNamespace[] namespaces = config.Linux?.Namespaces ?? [];
        for (int i = 0; i < namespaces.Length; i++)
        {
            LinuxNamespace wanted = namespaces[i];
            if (NamespaceKind.Find(wanted.Type) is not { } kind) continue;
            if (!HostLacks.Exists("/proc/self/ns/" + FileName(kind.Name))) lacks.Add($"linux.namespaces[{i}].type", $"the kernel has no {kind.Name} namespaces");
            else if (wanted.Path.Length > 0) FindPath(wanted.Path, kind, $"linux.namespaces[{i}].path", lacks);
            // user_namespaces(7), /proc/sys/user/: a limit of 0 is how a host forbids them.
            else if (HostLacks.Text($"/proc/sys/user/max_{FileName(kind.Name)}_namespaces")?.TrimEnd('\n') == "0")
                lacks.Add($"linux.namespaces[{i}].type", $"the host forbids new {kind.Name} namespaces (/proc/sys/user/max_{FileName(kind.Name)}_namespaces is 0)");
        }
    }

    private static void FindPath(string path, NamespaceKind kind, string jsonPath, HostLacks lacks)
    {
        if (path[0] != '/') return;
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out Fd? file);
        if (errno.IsError)
        {
            lacks.Add(jsonPath, $"\"{path}\": {errno}");
            return;
        }
        using (file)
        {
            // Asked of namespace files only: to a device the number may mean another thing.
            if (Mounts.TryStatfs(file!.Value, out long type, out _).IsError || type != Mounts.NSFS_MAGIC) lacks.Add(jsonPath, $"\"{path}\" is not a namespace");
            else if (NamespaceFiles.TryGetType(file.Value, out CloneFlags flag).IsError || flag != kind.Flag) lacks.Add(jsonPath, $"\"{path}\" is not a {kind.Name} namespace");
        }
    }

    // namespaces(7), "The /proc/pid/ns/ directory".
    private static string FileName(string kind) => kind switch
    {
        "network" => "net",
        "mount" => "mnt",
        _ => kind,
    };
}
