// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Init.Protocol;

/// <summary>Why the kernel refused a program that the exec stage had found. Looked for only after the failure.</summary>
public static class ProgramRemedy
{
    /// <summary>Whether there may be something to add to the message of <see cref="StageFailure"/>.</summary>
    public static bool MayExplain(StageReport report) =>
        (report.Step == (uint)StageStep.Execve && report.Errno.Value is Errno.ENOENT or Errno.ENOEXEC)
        || (StageFailure.IsOfHook(report) && report.Errno.Value == Errno.ENOENT);

    /// <summary>Empty, or the explanation after a colon.</summary>
    /// <param name="rootfs">The root filesystem's path on the host: the container's mounts may be gone.</param>
    public static string Explain(StageReport report, string rootfs, string program, string cwd, string[] env, Hook[] hooks)
    {
        if (!MayExplain(report) || Files.TryOpenAt(Files.AT_FDCWD, rootfs, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, out Fd? root).IsError) return "";
        using (root) return Explain(report, root!, program, cwd, env, hooks);
    }

    /// <param name="root">The container's root.</param>
    /// <inheritdoc cref="Explain(StageReport, string, string, string, string[], Hook[])"/>
    public static string Explain(StageReport report, Fd root, string program, string cwd, string[] env, Hook[] hooks)
    {
        if (!MayExplain(report)) return "";
        if (report.Errno.Value == Errno.ENOEXEC) return ": it is neither a program for this machine nor a script that begins with #!";
        if (StageFailure.IsOfHook(report))
            return report.Step - (uint)StageStep.FirstChild is var index && index < (uint)hooks.Length ? MissingInterpreter.Explain(root, hooks[index].Path) : "";
        if (program.Contains('/')) return MissingInterpreter.Explain(root, program[0] == '/' ? program : $"{cwd}/{program}");
        foreach (string directory in SearchPath(env).Split(':'))
        {
            string path = directory.StartsWith('/') ? $"{directory}/{program}" : $"{cwd}/{directory}/{program}";
            Errno errno = Files.TryOpenAt2(root.Value, path, OpenFlags.O_PATH, ResolveFlags.RESOLVE_IN_ROOT, 0, out Fd? file);
            file?.Dispose();
            if (!errno.IsError) return MissingInterpreter.Explain(root, path);
        }
        return "";
    }

    private static string SearchPath(string[] env)
    {
        const string Variable = "PATH=";
        return Array.FindLast(env, static variable => variable.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..] ?? ProcessEnvironment.DefaultPath;
    }
}
