// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Diagnostics;

/// <summary>
/// execve(2) fails with ENOENT also if the file exists but its interpreter does not: the one in the first line of a script,
/// or the dynamic linker of an ELF program.
/// </summary>
public static class MissingInterpreter
{
    /// <summary>Empty, or the explanation after a colon.</summary>
    /// <param name="root">Where the program would be executed.</param>
    /// <param name="path">Of the program, in the root.</param>
    public static string Explain(Fd root, string path) =>
        Find(root, path) is not { } interpreter ? ""
        : $": its interpreter \"{interpreter.Replace("\r", "\\r")}\" is missing{(interpreter.EndsWith('\r') ? ", since the first line ends with a carriage return" : "")}";

    /// <returns>Null if there is none, it exists, or the file cannot be read.</returns>
    private static string? Find(Fd root, string path)
    {
        if (ProgramFile.InterpreterOf(root, path) is not { } interpreter || !interpreter.StartsWith('/')) return null;
        Errno errno = Files.TryOpenAt2(root.Value, interpreter, O_PATH, ResolveFlags.RESOLVE_IN_ROOT, 0, out Fd? found);
        found?.Dispose();
        return errno.Value is Errno.ENOENT or Errno.ENOTDIR ? interpreter : null;
    }
}
