// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Init.Parent;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Check;

/// <summary>Files of the host that a bundle needs: the root filesystem, sources of binds, hooks.</summary>
internal static class FileRequirements
{
    private const int X_OK = 1;

    /// <param name="bundle">The bundle's directory, absolute.</param>
    /// <param name="ids">The maps of the container's user namespace; null if it has none, or they are unknown.</param>
    public static void Check(Config config, string bundle, IdMaps? ids, UnmetRequirements unmet)
    {
        if (config.Root is { Path.Length: > 0 } root) CheckRoot(ids, ContainerPath.Join(bundle, root.Path), unmet);
        for (int i = 0; i < config.Mounts.Length; i++)
        {
            Mount mount = config.Mounts[i];
            if (mount.Source.Length > 0 && IsBind(mount)) CheckExists($"mounts[{i}].source", ContainerPath.Join(bundle, mount.Source), unmet);
            else if (mount.Type == "overlay") CheckOverlay(mount, i, bundle, unmet);
            // The source of another filesystem is only a name, unless it is a path.
            else if (mount.Source.StartsWith('/') && HostFiles.NeedsDevice(mount.Type)) CheckExists($"mounts[{i}].source", mount.Source, unmet);
        }
        if (config.Linux is { } linux) CheckLinux(linux, unmet);
        if (config.Hooks is not { } hooks) return;
        CheckHooks("prestart", hooks.Prestart, unmet);
        CheckHooks("createRuntime", hooks.CreateRuntime, unmet);
        CheckHooks("createContainer", hooks.CreateContainer, unmet);
        CheckHooks("poststart", hooks.Poststart, unmet);
        CheckHooks("poststop", hooks.Poststop, unmet);
        // startContainer hooks are in the container: their paths may be on a mount.
    }

    private static void CheckExists(string jsonPath, string path, UnmetRequirements unmet)
    {
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, path, 0, out _);
        if (errno.IsError) unmet.Add(jsonPath, $"\"{path}\": {errno}");
    }

    // overlayfs.rst: lower directories are separated by colons, data-only ones by two; a backslash escapes one.
    private static void CheckOverlay(Mount mount, int index, string bundle, UnmetRequirements unmet)
    {
        for (int i = 0; i < mount.Options.Length; i++)
        {
            string[] parts = mount.Options[i].Split('=', 2);
            if (parts.Length < 2 || parts[0] is not ("lowerdir" or "upperdir" or "workdir") || parts[1].Contains('\\')) continue;
            foreach (string path in parts[0] == "lowerdir" ? parts[1].Split(':', StringSplitOptions.RemoveEmptyEntries) : [parts[1]])
                CheckExists($"mounts[{index}].options[{i}]", ContainerPath.Join(bundle, path), unmet);
        }
    }

    private static void CheckLinux(Linux linux, UnmetRequirements unmet)
    {
        if (linux.Seccomp is { ListenerPath: { Length: > 0 } listener })
        {
            Errno errno = FileStatus.TryAt(Files.AT_FDCWD, listener, 0, out FileStatus status);
            if (errno.IsError) unmet.Add("linux.seccomp.listenerPath", $"\"{listener}\": {errno}");
            else if (!status.IsSocket) unmet.Add("linux.seccomp.listenerPath", $"\"{listener}\" is not a socket");
        }
        // mknod(2) is not possible in a user namespace, so the host's node is bound.
        if (!Array.Exists(linux.Namespaces, static wanted => wanted.Type == LinuxNamespaceType.User)) return;
        for (int i = 0; i < linux.Devices.Length; i++)
            if (linux.Devices[i] is { Type: not "p", Path: ['/', ..] path }) CheckExists($"linux.devices[{i}].path", path, unmet);
    }

    private static void CheckRoot(IdMaps? ids, string path, UnmetRequirements unmet)
    {
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus status);
        if (errno.IsError) unmet.Add("root.path", $"\"{path}\": {errno}" + (errno.Value == Errno.EACCES && ids != null && RootAccess.Problem(path, ids) is { } reason ? ": " + reason : ""));
        else if (!status.IsDirectory) unmet.Add("root.path", $"\"{path}\" is not a directory");
        else if (ids != null && RootAccess.Problem(path, ids) is { } problem) unmet.Add("root.path", problem);
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
