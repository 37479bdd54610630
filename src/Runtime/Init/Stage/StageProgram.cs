// SPDX-License-Identifier: Apache-2.0
// Built by the clone, or for exec by its parent; run by the exec stage, whose privileges shrink from row to row.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Credentials;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Seccomp;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.CloneFlags;

namespace Runcs.Init.Stage;

/// <summary>The table of the exec stage: the rows for each step of a <see cref="StagePlan"/>.</summary>
internal sealed partial class StageProgram
{
    private const int F_SETFD = 2, F_DUPFD_CLOEXEC = 1030, FD_CLOEXEC = 1, PathMax = 4096;
    private const ulong TIOCSCTTY = 0x540e;

    private readonly StageTable _table = new();
    private readonly StageInputs _inputs;
    private readonly int _start, _report;

    // The table contains its instructions once, for all rows that load them.
    private readonly SeccompRows? _filter;

    private StageProgram(StageInputs inputs)
    {
        (_inputs, _start, _report) = (inputs, inputs.Start.Value, inputs.Report.Value);
        _filter = inputs.Seccomp == null ? null : new SeccompRows(inputs.Seccomp);
    }

    /// <summary>
    /// Selects the pid namespace of this process's children; it requires CAP_SYS_ADMIN and does not move the process
    /// itself (setns(2)).
    /// </summary>
    private void JoinPidNamespace(Fd pidNamespace) =>
        _table.Call((ushort)StageStep.Setns, SYS_setns, (ulong)pidNamespace.Value, (ulong)CLONE_NEWPID);

    /// <summary>
    /// Enters the namespaces of a process, all at once (setns(2) by a pidfd, Linux 5.8), so that the host's privileges
    /// apply to each of them. This image was executed outside: CAP_SYS_PTRACE in a user namespace does not suffice to
    /// attach to it there (ptrace(2), and __ptrace_may_access() in the kernel). The descriptors are closed: no descriptor
    /// of the host stays open.
    /// </summary>
    /// <param name="init">A pidfd.</param>
    /// <param name="flags">CLONE_NEW*.</param>
    private void EnterNamespaces(Fd init, CloneFlags flags)
    {
        int enter = _table.Next;
        _table.Call((ushort)StageStep.Setns, SYS_setns, (ulong)init.Value, (ulong)flags);
        if ((flags & CLONE_NEWTIME) != 0)
        {
            // A kernel may be built without time namespaces.
            _table.Tolerating(Errno.EINVAL);
            _table.Call((ushort)StageStep.Setns, SYS_setns, (ulong)init.Value, (ulong)(flags & ~CLONE_NEWTIME));
            _table.OnZero(enter, _table.Next);
        }
        _table.Call((ushort)StageStep.Descriptors, SYS_close, (ulong)init.Value);
    }

    private void ChangeRoot(Fd root)
    {
        _table.Call((ushort)StageStep.Chroot, SYS_fchdir, (ulong)root.Value);
        _table.Call((ushort)StageStep.Chroot, SYS_chroot, _table.String("."));
        _table.Call((ushort)StageStep.Descriptors, SYS_close, (ulong)root.Value);
    }

    private void BecomeRoot()
    {
        _table.Call((ushort)StageStep.Setgid, SYS_setresgid, 0, 0, 0);
        _table.Call((ushort)StageStep.Setuid, SYS_setresuid, 0, 0, 0);
        // A change of ids resets the dumpable attribute to fs.suid_dumpable, which may be 1 (proc_sys_fs(5)).
        Hide();
    }

    // A terminal that cannot be given away (an id that is not mapped) keeps its owner, as outside (Pty.SetOwner).
    private void GiveTerminal(uint uid) =>
        _table.Call((ushort)StageStep.Terminal, SYS_fchown, 0, uid, uint.MaxValue).Tolerating(Errno.EPERM, Errno.EINVAL);

    /// <summary>
    /// Continues in another process, in the joined pid namespace: a child of this one's parent, which receives its pid in
    /// this process's last message. Processes in the namespace with CAP_SYS_PTRACE may attach to the new one, dumpable or
    /// not; so this step comes when the process has no more privileges than the user.
    /// </summary>
    private void AppearInPidNamespace()
    {
        // A result is stored as 64 bits: the value of the message and four bytes after it, which are not sent.
        ulong message = _table.Bytes([.. InitMessage.Header(InitMessage.Moved, 0), 0, 0, 0, 0]);
        int clone = _table.Next;
        _table.Call((ushort)StageStep.Clone, SYS_clone, (ulong)CLONE_PARENT | (ulong)Processes.SIGCHLD).KeepAt(message + 4);
        int leave = _table.Next;
        _table.Call((ushort)StageStep.Ready, SYS_write, (ulong)_report, message, StageReport.Size);
        _table.Call((ushort)StageStep.Clone, SYS_exit_group, 0);
        _table.OnResult(clone, leave);
        _table.OnZero(clone, _table.Next);
        _table.Call((ushort)StageStep.Survival, SYS_prctl, Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
        _table.Call((ushort)StageStep.Session, SYS_setsid);
    }

    /// <summary>
    /// Makes this process undumpable, so that others cannot inspect it by ptrace(2) or /proc; gives it a name for process
    /// lists (the kernel has set the memfd's); and makes its channels close-on-exec.
    /// </summary>
    private void Close(List<int> alsoCloseOnExec)
    {
        Hide();
        _table.Call((ushort)StageStep.Name, SYS_prctl, Processes.PR_SET_NAME, _table.String(StageImage.Name));
        _table.Call((ushort)StageStep.Descriptors, SYS_fcntl, (ulong)_start, F_SETFD, FD_CLOEXEC);
        _table.Call((ushort)StageStep.Descriptors, SYS_fcntl, (ulong)_report, F_SETFD, FD_CLOEXEC);
        foreach (int descriptor in alsoCloseOnExec)
            _table.Call((ushort)StageStep.Descriptors, SYS_fcntl, (ulong)descriptor, F_SETFD, FD_CLOEXEC);
    }

    /// <summary>Enters the memory cgroup, whose limit is too small for the set-up but not for this image.</summary>
    private void StepIntoMemory(Fd tasks) =>
        _table.Call((ushort)StageStep.MemoryCgroup, SYS_write, (ulong)tasks.Value, _table.String("0"), 1);

    private void Limit(RlimitPlan limit)
    {
        ulong values = _table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[limit.Soft, limit.Hard]));
        _table.Call((ushort)((int)StageStep.FirstLimit + limit.Resource), SYS_prlimit64, 0, (ulong)limit.Resource, values);
    }

    /// <summary>
    /// Before the clone into a pid namespace, which counts against the user's RLIMIT_NPROC: lifts the limit while the
    /// privilege for it remains; its final value is set afterwards. Without the privilege the limit stays.
    /// </summary>
    private void LiftProcessLimit()
    {
        ulong values = _table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[ulong.MaxValue, ulong.MaxValue]));
        _table.Call((ushort)((int)StageStep.FirstLimit + RlimitPlan.Nproc), SYS_prlimit64, 0, RlimitPlan.Nproc, values).Tolerating(Errno.EPERM);
    }

    /// <summary>
    /// The user's ids and working directory. The directory is entered as root first and, if that fails, as the user,
    /// since either may lack access (as runc). Then it must have a name inside the root: a directory reached through a
    /// leaked descriptor has none (CVE-2024-21626).
    /// </summary>
    private void BecomeUser(CredentialsPlan credentials, string cwd)
    {
        const int EDOM = 33;
        ulong directory = _table.String(cwd), name = _table.Zeroes(PathMax), result = _table.Zeroes(8);
        _table.Call((ushort)StageStep.WorkingDirectory, SYS_chdir, directory).Tolerating(Errno.EACCES, Errno.EPERM).KeepAt(result);
        CredentialsRows.AddIdentity(_table, credentials);
        int entered = _table.Next;
        _table.Expect((ushort)StageStep.WorkingDirectory, result, uint.MaxValue, 0, EDOM).Tolerating(EDOM);
        _table.Call((ushort)StageStep.WorkingDirectory, SYS_chdir, directory);
        _table.OnZero(entered, _table.Next);
        _table.Call((ushort)StageStep.WorkingDirectory, SYS_getcwd, name, PathMax);
        _table.Expect((ushort)StageStep.WorkingDirectory, name, 0xff, '/', Errno.ENOENT);
    }

    // A change of ids or capabilities resets it to fs.suid_dumpable, which may be 1 (proc_sys_fs(5)).
    private void Hide() => _table.Call((ushort)StageStep.Dumpable, SYS_prctl, Processes.PR_SET_DUMPABLE, 0);

    /// <summary>Reports that only the execve remains.</summary>
    private void ReportReady()
    {
        foreach (int row in _foundRows) _table.OnResult(row, _table.Next);
        // From here on the process survives its parent.
        _table.Call((ushort)StageStep.Survival, SYS_prctl, Processes.PR_SET_PDEATHSIG, 0);
        _table.Call((ushort)StageStep.Ready, SYS_write, (ulong)_report, _table.Bytes(InitMessage.Header(InitMessage.Ready, 0)), StageReport.Size);
    }

    // The parent takes the notify descriptor out of this process (pidfd_getfd(2)) as soon as it exists. Its number, the
    // lowest free one, is sent now, because later messages are subject to the filter.
    private void AnnounceListener()
    {
        const int ValueOffset = 4;
        // A result is stored as 64 bits: the value of the message and four bytes after it, which are not sent.
        ulong message = _table.Bytes([.. InitMessage.Header(InitMessage.Listening, 0), 0, 0, 0, 0]);
        _table.Call((ushort)StageStep.Descriptors, SYS_fcntl, (ulong)_report, F_DUPFD_CLOEXEC, 0).KeepAt(message + ValueOffset);
        int close = _table.Next + 1;
        _table.Load(message + ValueOffset, StageTable.ArgumentAddress(close, 0));
        _table.Call((ushort)StageStep.Descriptors, SYS_close, 0);
        _table.Call((ushort)StageStep.Ready, SYS_write, (ulong)_report, message, StageReport.Size);
    }

    private void WaitForWord()
    {
        int wait = _table.Next;
        _table.Call((ushort)StageStep.Wait, SYS_read, (ulong)_start, _table.Zeroes(8), 1).Tolerating(Errno.EINTR);
        _table.OnError(wait, wait);
        // The end of the channel: `run` was killed before it started the program, so the container ends.
        _table.OnZero(wait, _table.Next);
        _table.Call((ushort)StageStep.Wait, SYS_exit_group, 1);
        _table.OnResult(wait, _table.Next);
    }

    private void CloseOnExec() =>
        _table.Call((ushort)StageStep.Descriptors, SYS_close_range, (ulong)(3 + _inputs.Preserved), uint.MaxValue, 4 /* CLOSE_RANGE_CLOEXEC */)
            .Tolerating(Errno.ENOSYS, Errno.EINVAL, Errno.EPERM);
}
