// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Check;

/// <summary>Files of the host that a bundle needs: the root filesystem, sources of binds, hooks.</summary>
internal static class FileRequirements
{
    private const int X_OK = 1;

    /// <param name="bundle">The bundle's directory, absolute.</param>
    public static void Check(Config config, string bundle, UnmetRequirements unmet)
    {
        if (config.Root is { Path.Length: > 0 } root) CheckRoot(ContainerPath.Join(bundle, root.Path), unmet);
        for (int i = 0; i < config.Mounts.Length; i++)
        {
            Mount mount = config.Mounts[i];
            if (mount.Source.Length == 0 || !IsBind(mount)) continue;
            string source = ContainerPath.Join(bundle, mount.Source);
            Errno errno = FileStatus.TryAt(Files.AT_FDCWD, source, 0, out _);
            if (errno.IsError) unmet.Add($"mounts[{i}].source", $"\"{source}\": {errno}");
        }
        if (config.Hooks is not { } hooks) return;
        CheckHooks("prestart", hooks.Prestart, unmet);
        CheckHooks("createRuntime", hooks.CreateRuntime, unmet);
        CheckHooks("createContainer", hooks.CreateContainer, unmet);
        CheckHooks("poststart", hooks.Poststart, unmet);
        CheckHooks("poststop", hooks.Poststop, unmet);
        // startContainer hooks are in the container: their paths may be on a mount.
    }

    private static void CheckRoot(string path, UnmetRequirements unmet)
    {
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus status);
        if (errno.IsError) unmet.Add("root.path", $"\"{path}\": {errno}");
        else if (!status.IsDirectory) unmet.Add("root.path", $"\"{path}\" is not a directory");
    }

    private static bool IsBind(Mount mount) =>
        mount.Type is "bind" or "rbind" || Array.Exists(mount.Options, static option => option is "bind" or "rbind");

    private static void CheckHooks(string kind, Hook[] hooks, UnmetRequirements unmet)
    {
        for (int i = 0; i < hooks.Length; i++)
        {
            string path = hooks[i].Path;
            if (!path.StartsWith('/')) continue;
            Errno errno = FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus status);
            if (!errno.IsError && !status.IsRegular) unmet.Add($"hooks.{kind}[{i}].path", $"\"{path}\" is not a program");
            else if (errno.IsError || (errno = Files.TryAccessAt(Files.AT_FDCWD, path, X_OK)).IsError) unmet.Add($"hooks.{kind}[{i}].path", $"\"{path}\": {errno}");
        }
    }
}
