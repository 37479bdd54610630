// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.OciSpec;
using Runcs.Seccomp;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Init.Stage;

/// <remarks>The startContainer hooks.</remarks>
internal sealed partial class StageProgram
{
    // Null before the first hook.
    private HookMemory? _hooks;

    /// <summary>
    /// A hook that runs inside the container, as the user, before the program: a child with the state document on its
    /// standard input and its output in pipes, which must end with exit code 0 within its timeout.
    /// </summary>
    /// <param name="filter">
    /// The program's seccomp filter, which applies to the hook as well, since its file is the container's.
    /// </param>
    private void RunHook(int index, SeccompRows? filter)
    {
        Hook hook = _inputs.Hooks[index];
        const int CLONE_PIDFD = 0x1000;
        HookPipes output = _inputs.HookOutput!;
        var step = (ushort)((int)StageStep.FirstChild + index);
        _hooks ??= new HookMemory(_table, output);
        // wait4(2) fills in the second half of the report's first eight bytes.
        ulong poll = _hooks.Poll, pid = _hooks.Pid, message = _hooks.Message, status = message + sizeof(uint);
        ulong time = hook.Timeout is { } seconds ? _table.Bytes(MemoryMarshal.AsBytes<long>([seconds, 0])) : 0;
        _table.Load(_table.Bytes(InitMessage.Header((uint)StageStep.FirstChildStatus + (uint)index, 0)), message);
        _table.Load(_table.Zeroes(sizeof(ulong)), message + StageReport.Size);
        int clone = _table.Next;
        // With CLONE_PIDFD the descriptor is stored at clone(2)'s parent_tid: the first field of struct pollfd.
        _table.Call(step, SYS_clone, CLONE_PIDFD | (ulong)Processes.SIGCHLD, 0, poll).KeepAt(pid);
        // All hooks read the same file, and with it the same offset (dup(2)).
        _table.Call(step, SYS_lseek, (ulong)_inputs.HookInput!.Value, 0, 0 /* SEEK_SET */);
        _table.Call(step, SYS_dup3, (ulong)_inputs.HookInput.Value, 0, 0);
        _table.Call(step, SYS_dup3, (ulong)output.Write.Value, 1, 0);
        _table.Call(step, SYS_dup3, (ulong)output.ErrorWrite.Value, 2, 0);
        _table.Call(step, SYS_prctl, Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
        filter?.Load(_table);
        _table.Call(step, SYS_execve, _table.String(hook.Path), _table.StringArray(hook.Args.Length == 0 ? [hook.Path] : hook.Args), _table.StringArray(hook.Env ?? _inputs.Env));
        _table.Fail(step, Errno.EPERM);
        int parent = _table.Next;
        _table.OnZero(clone, clone + 1);
        _table.OnResult(clone, parent);
        int watch = parent + 2, kill = parent + 3, wait = parent + 5;
        _table.Load(pid, StageTable.ArgumentAddress(kill, 0));
        _table.Load(pid, StageTable.ArgumentAddress(wait, 0));
        _table.Follow(step, poll, time, message + StageReport.Size, HookReport.MostText);
        _table.OnError(watch, watch);
        _table.OnZero(watch, kill);
        _table.OnResult(watch, wait);
        _table.Call(step, SYS_kill, 0, Processes.SIGKILL).Tolerating(Errno.ESRCH);
        _table.Fail(step, Errno.ETIMEDOUT);
        _table.Call(step, SYS_wait4, 0, status, 0, 0).Tolerating(Errno.EINTR);
        _table.OnError(wait, wait);
        _table.Load(poll, StageTable.ArgumentAddress(_table.Next + 1, 0));
        _table.Call(step, SYS_close, 0);
        int check = _table.Next;
        _table.Expect(step, status, 0xffff, 0, Errno.ECHILD).Tolerating(Errno.ECHILD);
        _table.Call(step, SYS_write, (ulong)_report, message, HookReport.Size);
        _table.Call(step, SYS_exit_group, 1);
        _table.OnZero(check, _table.Next);
    }
}
