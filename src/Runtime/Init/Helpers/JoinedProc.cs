// SPDX-License-Identifier: Apache-2.0
// Run by the container's init, which is not in the pid namespace that the container joins.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Runcs.Init.Stage;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Rootfs;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Init.Helpers;

/// <summary>
/// Makes procfs mounts of a pid namespace that this process is not in. A procfs shows the pid namespace of the process
/// that mounts it (proc(5)), unless the option pidns= (Linux 6.17) selects one. Before 6.17 a process inside must mount
/// it. Processes inside can observe it, so this process is the exec stage with its own table, which sends the detached
/// mount and ends.
/// </summary>
internal sealed class JoinedProc(Fd pidNamespace)
{
    private const int FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1;

    // The call of a failed row, indexed by its step.
    private static readonly string[] Calls = ["", "prctl", "setns", "clone", "wait4", "fsopen", "fsconfig", "fsmount", "mount", "sendmsg"];

    private enum Step : ushort
    {
        Prctl = 1,
        Setns,
        Clone,
        Wait,
        FsOpen,
        FsConfig,
        FsMount,
        Mount,
        Send,
    }

    /// <summary>A new procfs, detached.</summary>
    /// <exception cref="RuncsException"/>
    internal Fd Mount(MountParameter[] parameters, MountAttributeFlags attributes)
    {
        Check("fsopen", MountApi.TryFsOpen("proc", out Fd? context));
        using (context)
        {
            Errno errno = MountApi.TryFsConfigFd(context!.Value, "pidns", pidNamespace.Value);
            if (errno.Value == Errno.EINVAL) return MountInside(parameters, attributes);
            Check("fsconfig", errno);
            foreach (MountParameter parameter in parameters) Check("fsconfig", MountApi.TryFsConfig(context.Value, parameter.Key, parameter.Value));
            Check("fsconfig", MountApi.TryFsCommand(context.Value, FsConfigCommand.FSCONFIG_CMD_CREATE));
            Check("fsmount", MountApi.TryFsMount(context.Value, attributes, out Fd? mount));
            return mount!;
        }
    }

    private Fd MountInside(MountParameter[] parameters, MountAttributeFlags attributes)
    {
        using Fd? place = LegacyMounts.MakePlace(out string name);
        using ChildProcess child = Start(place, parameters, attributes);
        Span<byte> message = stackalloc byte[StageReport.Size];
        Check("recvmsg", UnixSockets.TryReceiveFd(child.Socket.Value, message, out int count, out Fd? mount));
        if (mount != null) return mount;
        if (place != null && count == 1)
        {
            Check("openat", LegacyMounts.TryOpenEntry(name, out mount));
            return mount!;
        }
        StageReport report = count == StageReport.Size ? StageReport.Read(message) : new StageReport((uint)Step.Clone, new Errno(Errno.ESRCH));
        throw report.Errno.Failure(report.Step < Calls.Length ? Calls[(int)report.Step] : "read", "proc");
    }

    private ChildProcess Start(Fd? place, MountParameter[] parameters, MountAttributeFlags attributes)
    {
        (Fd ours, Fd its) = UnixSockets.Pair();
        using Fd image = Rows(its, place, parameters, attributes).Seal(its.Value);
        List<int> passed = place == null ? [its.Value, pidNamespace.Value] : [its.Value, pidNamespace.Value, place.Value];
        return ChildProcess.Start(_ =>
        {
            foreach (int descriptor in passed) Descriptors.TrySetCloseOnExec(descriptor, false);
            StageImage.TryExecute(image);
        }, ours, its, [image.Value, .. passed]);
    }

    private StageTable Rows(Fd socket, Fd? place, MountParameter[] parameters, MountAttributeFlags attributes)
    {
        var table = new StageTable();
        table.Call((ushort)Step.Prctl, SYS_prctl, Processes.PR_SET_DUMPABLE, 0);
        table.Call((ushort)Step.Prctl, SYS_prctl, Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
        table.Call((ushort)Step.Setns, SYS_setns, (ulong)pidNamespace.Value, (ulong)CloneFlags.CLONE_NEWPID);
        int clone = table.Next;
        table.Call((ushort)Step.Clone, SYS_clone, (ulong)Processes.SIGCHLD);
        int parent = table.Next;
        table.Call((ushort)Step.Wait, SYS_wait4, ulong.MaxValue, 0, 0, 0).Tolerating(Errno.EINTR);
        table.OnError(parent, parent);
        table.Call((ushort)Step.Wait, SYS_exit_group, 0);
        table.OnZero(clone, table.Next);
        ulong message;
        if (place == null) AddMount(table, parameters, attributes, out message);
        else AddLegacyMount(table, place, parameters, attributes, out message);
        table.Call((ushort)Step.Send, SYS_sendmsg, (ulong)socket.Value, message);
        table.Call((ushort)Step.Send, SYS_exit_group, 0);
        return table;
    }

    /// <param name="message">A struct msghdr that carries the mount.</param>
    private static void AddMount(StageTable table, MountParameter[] parameters, MountAttributeFlags attributes, out ulong message)
    {
        ulong context = table.Zeroes(8), payload = table.Bytes([1]);
        ulong vector = table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[payload, 1]));
        // struct cmsghdr: length, SOL_SOCKET and SCM_RIGHTS, then the descriptor, whose number fsmount's row stores
        // there.
        ulong control = table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[20, 1 | 1UL << 32, 0]));
        message = table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[0, 0, vector, 1, control, 24, 0]));
        table.Call((ushort)Step.FsOpen, SYS_fsopen, table.String("proc"), FSOPEN_CLOEXEC).KeepAt(context);
        foreach (MountParameter parameter in parameters)
        {
            table.Load(context, StageTable.ArgumentAddress(table.Next + 1, 0));
            table.Call((ushort)Step.FsConfig, SYS_fsconfig, 0, (ulong)(parameter.Value == null ? FsConfigCommand.FSCONFIG_SET_FLAG : FsConfigCommand.FSCONFIG_SET_STRING),
                table.String(parameter.Key), parameter.Value == null ? 0 : table.String(parameter.Value));
            // Only the source that mountinfo shows.
            if (parameter.Key == "source") table.Tolerating(Errno.EINVAL);
        }
        table.Load(context, StageTable.ArgumentAddress(table.Next + 1, 0));
        table.Call((ushort)Step.FsConfig, SYS_fsconfig, 0, (ulong)FsConfigCommand.FSCONFIG_CMD_CREATE);
        table.Load(context, StageTable.ArgumentAddress(table.Next + 1, 0));
        table.Call((ushort)Step.FsMount, SYS_fsmount, 0, FSMOUNT_CLOEXEC, (ulong)attributes).KeepAt(control + 16);
    }

    // mount(2) on a directory that init has made for it; the message only reports success.
    private static void AddLegacyMount(StageTable table, Fd place, MountParameter[] parameters, MountAttributeFlags attributes, out ulong message)
    {
        var pairs = new List<(string, string?)>(parameters.Length);
        foreach (MountParameter parameter in parameters) pairs.Add((parameter.Key, parameter.Value));
        (string source, MountFlags flags, string? data) = LegacyMounts.Arguments(pairs, attributes);
        ulong vector = table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[table.Bytes([1]), 1]));
        message = table.Bytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[0, 0, vector, 1, 0, 0, 0]));
        table.Call((ushort)Step.Mount, SYS_mount, table.String(source), table.String(place.ProcPath), table.String("proc"), (ulong)flags, data == null ? 0 : table.String(data));
    }

    private static void Check(string call, Errno errno)
    {
        errno.OrThrow(call, "proc");
    }
}
