// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Check;

/// <summary>Files of the host that the bundle names and that are not there: the root file system, sources of binds, hooks.</summary>
internal static class FileLacks
{
    private const int X_OK = 1;

    /// <param name="bundle">The bundle's directory, absolute.</param>
    public static void Find(Config config, string bundle, HostLacks lacks)
    {
        if (config.Root is { Path.Length: > 0 } root) FindRoot(ContainerPath.Join(bundle, root.Path), lacks);
        for (int i = 0; i < config.Mounts.Length; i++)
        {
            Mount mount = config.Mounts[i];
            if (mount.Source.Length == 0 || !IsBind(mount)) continue;
            string source = ContainerPath.Join(bundle, mount.Source);
            Errno errno = FileStatus.TryAt(Files.AT_FDCWD, source, 0, out _);
            if (errno.IsError) lacks.Add($"mounts[{i}].source", $"\"{source}\": {errno}");
        }
        if (config.Hooks is not { } hooks) return;
        FindHooks("prestart", hooks.Prestart, lacks);
        FindHooks("createRuntime", hooks.CreateRuntime, lacks);
        FindHooks("createContainer", hooks.CreateContainer, lacks);
        FindHooks("poststart", hooks.Poststart, lacks);
        FindHooks("poststop", hooks.Poststop, lacks);
        // startContainer hooks are the container's own: what they name may come from a mount.
    }

    private static void FindRoot(string path, HostLacks lacks)
    {
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus status);
        if (errno.IsError) lacks.Add("root.path", $"\"{path}\": {errno}");
        else if (!status.IsDirectory) lacks.Add("root.path", $"\"{path}\" is not a directory");
    }

    private static bool IsBind(Mount mount) =>
        mount.Type is "bind" or "rbind" || Array.Exists(mount.Options, static option => option is "bind" or "rbind");

    private static void FindHooks(string kind, Hook[] hooks, HostLacks lacks)
    {
        for (int i = 0; i < hooks.Length; i++)
        {
            string path = hooks[i].Path;
            if (!path.StartsWith('/')) continue;
            Errno errno = FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus status);
            if (!errno.IsError && !status.IsRegular) lacks.Add($"hooks.{kind}[{i}].path", $"\"{path}\" is not a program");
            else if (errno.IsError || (errno = Files.TryAccessAt(Files.AT_FDCWD, path, X_OK)).IsError) lacks.Add($"hooks.{kind}[{i}].path", $"\"{path}\": {errno}");
        }
    }
}
