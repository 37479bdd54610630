// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Init.Stage;

/// <remarks>The program: how it is found, and its execve.</remarks>
internal sealed partial class StageProgram
{
    private const ulong AT_FDCWD = unchecked((ulong)-100L);

    // For each candidate of the program, the row that follows if it is the one: it loads the candidate's path.
    private readonly List<int> _foundRows = [];

    /// <summary>
    /// Searches for the program as the user, as execvp(3) does: its path if it contains a slash, else each directory of
    /// PATH.
    /// </summary>
    private void FindProgram(string program, string[] env)
    {
        string searchPath = SearchPath(env);
        if (program.Contains('/'))
        {
            AddProgramCheck(program, tolerant: false);
            AddFound(program);
        }
        else
        {
            foreach (string directory in searchPath.Split(':'))
            {
                string candidate = (directory.Length == 0 ? "." : directory.TrimEnd('/')) + "/" + program;
                int first = _table.Next;
                int access = AddProgramCheck(candidate, tolerant: true);
                int found = AddFound(candidate);
                for (int row = first; row < found; row++)
                    if (row != access) _table.OnError(row, _table.Next);
            }
            _table.Fail((ushort)StageStep.FindProgram, Errno.ENOENT);
        }
    }

    private static string SearchPath(string[] env)
    {
        const string Variable = "PATH=";
        foreach (string variable in env)
            if (variable.StartsWith(Variable, StringComparison.Ordinal))
                return variable[Variable.Length..];
        return ProcessEnvironment.DefaultPath;
    }

    /// <summary>Executes the program. The exec closes all descriptors except those to keep.</summary>
    private void Execute(string[] args, string[] env)
    {
        int execve = _table.Next;
        foreach (int row in _foundRows) _table.KeepAt(row, StageTable.ArgumentAddress(execve, 0));
        _table.Call((ushort)StageStep.Execve, SYS_execve, 0, _table.StringArray(args), _table.StringArray(env));
        // It returns without an error only if the filter or its listener fakes success (seccomp(2), SECCOMP_RET_ERRNO
        // with the value 0): no row follows the last one.
        _table.Fail((ushort)StageStep.Execve, Errno.EPERM);
    }

    // A regular file that the user may execute; faccessat2(2) also fails on a noexec mount. Returns its row.
    private int AddProgramCheck(string path, bool tolerant)
    {
        const int ModeOffset = 28, STATX_TYPE = 1, X_OK = 1;
        ulong address = _table.String(path), status = _table.Zeroes(256);
        _table.Call((ushort)StageStep.FindProgram, SYS_statx, AT_FDCWD, address, 0, STATX_TYPE, status);
        if (tolerant) _table.Tolerating(Errno.ENOENT, Errno.EACCES, Errno.ENOTDIR, Errno.ELOOP, Errno.ENAMETOOLONG, Errno.EPERM);
        else AddDirectoryRefusal(status + ModeOffset);
        _table.Expect((ushort)StageStep.ProgramAccess, status + ModeOffset, FileStatus.S_IFMT, FileStatus.S_IFREG, Errno.EACCES);
        if (tolerant) _table.Tolerating(Errno.EACCES);
        int access = _table.Next;
        _table.Call((ushort)StageStep.ProgramAccess, SYS_faccessat2, AT_FDCWD, address, X_OK, (ulong)AtFlags.AT_EACCESS).Tolerating(Errno.ENOSYS, Errno.EPERM, Errno.EACCES);
        // If an outer filter refuses it: faccessat(2), which checks the real ids, which are equal by now.
        _table.Call((ushort)StageStep.ProgramAccess, SYS_faccessat, AT_FDCWD, address, X_OK);
        if (tolerant) _table.Tolerating(Errno.EACCES, Errno.EPERM);
        _table.OnZero(access, _table.Next);
        return access;
    }

    private void AddDirectoryRefusal(ulong mode)
    {
        const int EDOM = 33;
        int check = _table.Next;
        _table.Expect((ushort)StageStep.ProgramAccess, mode, FileStatus.S_IFMT, FileStatus.S_IFDIR, EDOM).Tolerating(EDOM);
        _table.Fail((ushort)StageStep.ProgramAccess, Errno.EISDIR);
        _table.OnError(check, _table.Next);
    }

    private int AddFound(string path)
    {
        int row = _table.Next;
        _table.Load(_table.Bytes(BitConverter.GetBytes(_table.String(path))), 0);
        _foundRows.Add(row);
        return row;
    }
}
