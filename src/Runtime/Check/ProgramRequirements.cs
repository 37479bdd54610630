// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;
using Runcs.Values;
using static Runcs.Native.OpenFlags;

namespace Runcs.Check;

/// <summary>
/// The program in the root filesystem, searched as by the exec stage: its path if it contains a slash, else each
/// directory of PATH. Files that a mount of the config may provide are not checked.
/// </summary>
internal sealed class ProgramRequirements
{
    private const string JsonPath = "process.args[0]";

    private readonly Config _config;
    private readonly Process _process;
    private readonly Fd _root;
    private readonly UnmetRequirements _unmet;
    private readonly bool _isOfOthers;

    private ProgramRequirements(Config config, Fd root, CallerFacts caller, UnmetRequirements unmet)
    {
        (_config, _process, _root, _unmet) = (config, config.Process!, root, unmet);
        _isOfOthers = !caller.IsPrivileged && !(config.Linux?.UidMappings is [{ Size: 1 } own] && own.HostID == caller.Uid);
    }

    /// <param name="bundle">The bundle's directory, absolute.</param>
    /// <param name="caller">An ordinary user does not see what only other ids of the container may see.</param>
    public static void Check(Config config, string bundle, CallerFacts caller, UnmetRequirements unmet)
    {
        if (config is not { Process.Args: [{ Length: > 0 } program, ..], Root.Path.Length: > 0 }) return;
        if (Files.TryOpenAt(Files.AT_FDCWD, ContainerPath.Join(bundle, config.Root.Path), O_PATH | O_DIRECTORY, 0, out Fd? root).IsError) return;
        using (root) new ProgramRequirements(config, root!, caller, unmet).Find(program);
    }

    private void Find(string program)
    {
        if (program.Contains('/'))
        {
            if (Judge(ContainerPath.Join(_process.Cwd, program)) is { } problem) _unmet.Add(JsonPath, problem);
            return;
        }
        string? reason = null;
        foreach (string directory in SearchPath().Split(':'))
        {
            string? problem = Judge(ContainerPath.Join(_process.Cwd, $"{(directory.Length == 0 ? "." : directory)}/{program}"));
            if (problem == null) return;
            // The search continues after a file that cannot be executed.
            if (!problem.EndsWith("(ENOENT)", StringComparison.Ordinal)) reason ??= problem;
        }
        _unmet.Add(JsonPath, reason ?? $"\"{program}\" is not in a directory of PATH in the root filesystem");
    }

    private string SearchPath()
    {
        const string Variable = "PATH=";
        string value = ProcessEnvironment.DefaultPath;
        // The last value of a repeated name wins.
        foreach (string variable in _process.Env)
            if (variable.StartsWith(Variable, StringComparison.Ordinal)) value = variable[Variable.Length..];
        return value;
    }

    // Null if the file can be executed, or the result is unknown.
    private string? Judge(string path)
    {
        if (IsMounted(path)) return null;
        Errno errno = Files.TryOpenAt2(_root.Value, path, O_PATH, ResolveFlags.RESOLVE_IN_ROOT, 0, out Fd? file);
        if (errno.IsError && (MayLeadIntoMount(path) || (errno.Value == Errno.EACCES && _isOfOthers))) return null;
        if (errno.IsError) return $"\"{path}\" in the root filesystem: {errno}";
        using (file)
        {
            FileStatus status = FileStatus.Of(file!);
            if (status.IsDirectory) return $"\"{path}\" is a directory";
            if (!status.IsRegular) return $"\"{path}\" is not a regular file";
            if (!MayExecute(status)) return $"\"{path}\" is not executable by the user {_process.User.Uid}:{_process.User.Gid}";
        }
        return JudgeInterpreter(path, 0);
    }

    private bool IsMounted(string path) => Array.Exists(_config.Mounts, mount =>
        ContainerPath.Clean(mount.Destination) is var destination && (path == destination || ContainerPath.IsBelow(path, destination) || destination == "/"));

    // Through a symbolic link into a mount.
    private bool MayLeadIntoMount(string path) =>
        Array.Exists(_config.Mounts, static mount => mount.Type is "overlay" or "bind" or "rbind" || Array.Exists(mount.Options, static option => option is "bind" or "rbind"))
        && Files.TryOpenAt2(_root.Value, path, O_PATH, ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_SYMLINKS, 0, out _).Value == Errno.ELOOP;

    // path_resolution(7), "Permissions". Ids in a user namespace differ from those of the files here, so any execute bit
    // suffices.
    private bool MayExecute(FileStatus status)
    {
        const uint Owner = 0x40, Group = 0x8, Others = 0x1;
        User user = _process.User;
        uint any = status.Mode & (Owner | Group | Others);
        bool overrides = Array.IndexOf(_process.Capabilities?.Effective ?? [], "CAP_DAC_OVERRIDE") >= 0;
        if (any == 0 || overrides || Array.Exists(_config.Linux?.Namespaces ?? [], static wanted => wanted.Type == LinuxNamespaceType.User)) return any != 0;
        if (user.Uid == status.Uid) return (any & Owner) != 0;
        return user.Gid == status.Gid || Array.IndexOf(user.AdditionalGids, status.Gid) >= 0 ? (any & Group) != 0 : (any & Others) != 0;
    }

    // execve(2), "Interpreter scripts", and ELF's PT_INTERP: the kernel reports a missing interpreter as if the program were missing.
    private string? JudgeInterpreter(string path, int depth)
    {
        // The kernel follows five (exec_binprm() in fs/exec.c).
        const int Deepest = 5;
        if (depth == Deepest || ProgramFile.InterpreterOf(_root, path) is not { } interpreter || !interpreter.StartsWith('/') || IsMounted(interpreter)) return null;
        Errno errno = Files.TryOpenAt2(_root.Value, interpreter, O_PATH, ResolveFlags.RESOLVE_IN_ROOT, 0, out Fd? found);
        if (errno.IsError) return MayLeadIntoMount(interpreter) ? null : $"\"{path}\" needs the interpreter \"{interpreter}\": {errno.Message}";
        using (found)
        {
            FileStatus status = FileStatus.Of(found!);
            if (!status.IsRegular || !MayExecute(status)) return $"\"{path}\" needs the interpreter \"{interpreter}\", which is not executable by the user {_process.User.Uid}:{_process.User.Gid}";
        }
        return JudgeInterpreter(interpreter, depth + 1);
    }
}
