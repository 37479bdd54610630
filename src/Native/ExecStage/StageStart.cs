// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native.Arch;

namespace Runcs.Native.ExecStage;

/// <summary>
/// The start of an exec stage outside the container that it is to enter: a child that shares this process's memory until it executes
/// the stage (launch.c).
/// </summary>
public sealed unsafe class StageStart
{
    /// <summary>From <see cref="StageTable.Seal"/>.</summary>
    public required Fd Image { get; init; }

    /// <summary>The CPUs before the cgroups are joined, 64 in each word; empty for no change.</summary>
    public ulong[] InitialAffinity { get; init; } = [];

    /// <summary>The CPUs after that; empty for no change.</summary>
    public ulong[] FinalAffinity { get; init; } = [];

    /// <summary>The files to which the child writes a 0, in this order; "" for none.</summary>
    public string[] Join { get; set; } = [];

    /// <summary>The first files of <see cref="Join"/>, which must exist.</summary>
    public int Required { get; set; }

    /// <summary>A directory below which they are; -1 if they are absolute.</summary>
    public int Tree { get; init; } = -1;

    /// <summary>The descriptors that become standard input, output and error.</summary>
    public int[] Streams { get; set; } = [0, 1, 2];

    /// <summary>The first descriptor that the child does not keep.</summary>
    public required int First { get; init; }

    /// <summary>Those that it keeps all the same.</summary>
    public required int[] Kept { get; init; }

    /// <summary>For /proc/self/oom_score_adj; "" for no change.</summary>
    public string OomScore { get; init; } = "";

    /// <summary>
    /// A signal of the descriptor ends the wait for the child, which may be frozen as it joins a cgroup; null: the wait ends only with
    /// the child's execveat(2) or its end.
    /// </summary>
    public Fd? Interrupts { get; init; }

    /// <summary>What failed in the child, after <see cref="TryStart"/>.</summary>
    public StartStep Failed { get; private set; }

    /// <summary>The file or descriptor whose call failed.</summary>
    public int FailedIndex { get; private set; }

    /// <summary>Returns when the child has executed the stage; EINTR after a signal.</summary>
    /// <param name="cgroup">The directory that the child is cloned into (CLONE_INTO_CGROUP); -1 for none.</param>
    /// <param name="cloned">There is a child, or there was one which has failed.</param>
    /// <param name="pid">Of the child; 0 after a failure.</param>
    /// <param name="pidfd">Null after a failure.</param>
    public Errno TryStart(int cgroup, out bool cloned, out int pid, out Fd? pidfd)
    {
        ReadOnlySpan<byte> score = Encoding.UTF8.GetBytes(OomScore);
        using CStringArray join = CStringArray.Of(Join);
        var request = new Request
        {
            Parent = Processes.GetPid(),
            Cgroup = cgroup,
            Image = Image.Value,
            Waits = Interrupts == null ? 1 : 0,
            Tree = Tree,
            JoinCount = join.Count,
            Required = Required,
            Join = join.Pointer,
            Input = Streams[0],
            Output = Streams[1],
            Error = Streams[2],
            First = First,
            KeptCount = Kept.Length,
        };
        fixed (byte* scores = score)
        fixed (ulong* initials = InitialAffinity, finals = FinalAffinity)
        fixed (int* kept = Kept)
        {
            request.OomScore = scores;
            request.OomScoreSize = score.Length;
            request.Initial = initials;
            request.InitialSize = InitialAffinity.Length * sizeof(ulong);
            request.Final = finals;
            request.FinalSize = FinalAffinity.Length * sizeof(ulong);
            request.Kept = kept;
            pid = Start(ref request);
        }
        (Failed, FailedIndex) = ((StartStep)request.Step, request.Index);
        pidfd = pid > 0 ? new Fd(request.Pidfd) : null;
        cloned = pid > 0;
        Errno errno = pid < 0 ? new Errno(-pid) : new Errno(request.Errno);
        if (!errno.IsError) return errno;
        if (cloned) Processes.TryWait(pid, errno.Value == Errno.EINTR ? WaitOptions.WNOHANG : 0, out _, out _);
        pidfd?.Dispose();
        (pid, pidfd) = (0, null);
        return errno;
    }

    private int Start(ref Request request)
    {
        // Where the CPUs are given, the process joins its cgroups on them. One that may freeze is not waited for here.
        using OneCpu one = Interrupts == null && InitialAffinity.Length == 0 && FinalAffinity.Length == 0 ? OneCpu.Enter() : default;
        if (Interrupts == null) return stage_start((Request*)Unsafe.AsPointer(ref request));
        // The child's copy of the pipe's end closes when it executes the stage, or ends.
        (Fd done, Fd busy) = Descriptors.Pipe();
        using (done)
        {
            int pid;
            using (busy) pid = stage_start((Request*)Unsafe.AsPointer(ref request));
            Span<Descriptors.PollFd> either = [new() { Fd = done.Value, Events = PollEvents.POLLIN }, new() { Fd = Interrupts.Value, Events = PollEvents.POLLIN }];
            while (pid > 0 && Descriptors.TryPoll(either, -1, out _).Value == Errno.EINTR) { }
            // A frozen process that is killed does not return to its code.
            if (pid > 0 && either[0].Returned == 0 && !ProcessDescriptors.TrySignal(request.Pidfd, Processes.SIGKILL).IsError)
                (request.Step, request.Errno) = ((int)StartStep.Interrupted, Errno.EINTR);
            return pid;
        }
    }

    /// <summary>clone3(2) is not available, so that a child cannot be cloned into a cgroup.</summary>
    public static bool LacksClone3(Errno errno) => RefusedCalls.Explains(errno, SystemCall.SYS_clone3);

    // struct request of launch.c.
    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        public int Parent, Cgroup, Image, Waits, Tree, JoinCount, Required;
        private readonly int _unused;
        public byte** Join;
        public ulong* Initial;
        public long InitialSize;
        public ulong* Final;
        public long FinalSize;
        public byte* OomScore;
        public long OomScoreSize;
        public int Input, Output, Error, First, KeptCount;
        private readonly int _unusedToo;
        public int* Kept;
        public int Pidfd, Step, Index, Errno;
    }

    // SAFETY: the child never returns to managed code. Linked into the executable (Publish.props).
    [DllImport("stagestart"), SuppressGCTransition]
    private static extern int stage_start(Request* request);
}
