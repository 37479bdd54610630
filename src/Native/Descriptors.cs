// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Tmds.Linux;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.MemfdFlags;
using static Runcs.Native.OpenFlags;
using static Runcs.Native.PollEvents;
using static Runcs.Native.SealFlags;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>pipe2(2), dup(2), fcntl(2), memfd_create(2), poll(2).</summary>
public static unsafe partial class Descriptors
{
    private const int F_DUPFD_CLOEXEC = 1030, F_GETFD = 1, F_SETFD = 2, FD_CLOEXEC = 1, F_ADD_SEALS = 1033, F_GETFL = 3, F_SETFL = 4;

    /// <summary>One entry of poll(2).</summary>
    public struct PollFd
    {
        public int Fd;
        public PollEvents Events, Returned;
    }

    /// <summary>A pipe with both ends close-on-exec; <paramref name="flags"/> may add O_NONBLOCK.</summary>
    /// <exception cref="RuncsException"/>
    public static (Fd Read, Fd Write) Pipe(OpenFlags flags = 0)
    {
        int* ends = stackalloc int[2];
        if (pipe2(ends, flags | O_CLOEXEC) < 0) throw Errno.Last.Failure("pipe2", "");
        return (new Fd(ends[0]), new Fd(ends[1]));
    }

    public static Errno TryMemfdCreate(string name, MemfdFlags flags, out Fd? fd)
    {
        int result = memfd_create(name, flags | MFD_CLOEXEC);
        fd = result < 0 ? null : new Fd(result);
        return result < 0 ? Errno.Last : Errno.None;
    }

    public static Errno TryAddSeals(int fd, SealFlags seals) => fcntl(fd, F_ADD_SEALS, (int)seals) < 0 ? Errno.Last : Errno.None;

    /// <summary>A close-on-exec duplicate of a descriptor, with a number of at least <paramref name="least"/>.</summary>
    /// <exception cref="RuncsException"/>
    public static Fd Duplicate(int fd, int least = 3)
    {
        int result = fcntl(fd, F_DUPFD_CLOEXEC, least);
        return result < 0 ? throw Errno.Last.Failure("fcntl", $"descriptor {fd}") : new Fd(result);
    }

    /// <summary>dup2(2): makes <paramref name="target"/> a copy that stays open across execve(2).</summary>
    public static Errno TryDup2(int fd, int target) => dup2(fd, target) < 0 ? Errno.Last : Errno.None;

    public static Errno TrySetCloseOnExec(int fd, bool on) => fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0) < 0 ? Errno.Last : Errno.None;

    /// <exception cref="RuncsException"/>
    public static void SetCloseOnExec(int fd, bool on)
    {
        Errno errno = TrySetCloseOnExec(fd, on);
        errno.OrThrow("fcntl", $"descriptor {fd}");
    }

    public static bool IsOpen(int fd) => fcntl(fd, F_GETFD, 0) >= 0;

    /// <summary>Open and not close-on-exec: all descriptors opened here are close-on-exec, and inherited ones cannot be.</summary>
    public static bool IsInherited(int fd) => fcntl(fd, F_GETFD, 0) == 0;

    public static Errno TrySetNonBlocking(int fd, bool on)
    {
        int current = fcntl(fd, F_GETFL, 0);
        if (current < 0) return Errno.Last;
        var flags = (OpenFlags)current;
        flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        return fcntl(fd, F_SETFL, (int)flags) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>close_range(2) over first..last; CLOSE_RANGE_CLOEXEC (4) in <paramref name="flags"/> only marks them.</summary>
    public static Errno TryCloseRange(uint first, uint last, uint flags)
    {
        return (int)syscall(SYS_close_range, first, last, flags) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>
    /// Marks all descriptors from <paramref name="first"/> on close-on-exec. CLOSE_RANGE_CLOEXEC is Linux 5.11, and a
    /// seccomp filter may refuse close_range(2). In these cases it marks the descriptors that /proc/self/fd lists, so
    /// call it only where /proc is the host's.
    /// </summary>
    public static void CloseOnExecFrom(int first)
    {
        const uint CLOSE_RANGE_CLOEXEC = 4;
        if (!TryCloseRange((uint)first, uint.MaxValue, CLOSE_RANGE_CLOEXEC).IsError) return;
        foreach (int number in OpenBetween(first, int.MaxValue)) TrySetCloseOnExec(number, true);
    }

    /// <summary>A sealed anonymous file with this content, with its offset at the start (memfd_create(2)).</summary>
    /// <exception cref="RuncsException"/>
    public static Fd MakeMemfd(string name, System.ReadOnlySpan<byte> content)
    {
        Fd file = MakeMemfd(name);
        try
        {
            FillMemfd(file, name, content);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>An empty anonymous file, for <see cref="FillMemfd"/>.</summary>
    /// <exception cref="RuncsException"/>
    public static Fd MakeMemfd(string name)
    {
        // vm.memfd_noexec=2 refuses a memfd without MFD_NOEXEC_SEAL (Linux 6.3).
        Errno errno = TryMemfdCreate(name, MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL, out Fd? file);
        if (errno.Value == Errno.EINVAL) errno = TryMemfdCreate(name, MFD_ALLOW_SEALING, out file);
        errno.OrThrow("memfd_create", name);
        return file!;
    }

    /// <summary>Writes the content of an anonymous file and seals it.</summary>
    /// <exception cref="RuncsException"/>
    public static void FillMemfd(Fd file, string name, System.ReadOnlySpan<byte> content)
    {
        long offset = 0;
        fixed (byte* p = content)
        {
            while (offset < content.Length)
            {
                // pwrite(2) does not move the offset.
                nint count = pwrite64(file.Value, p + offset, (nuint)(content.Length - offset), offset);
                if (count < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR) throw Errno.Last.Failure("pwrite64", name);
                offset += System.Math.Max(count, 0);
            }
        }
        TryAddSeals(file.Value, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    }

    /// <summary>
    /// Closes all descriptors from <paramref name="first"/> to <paramref name="last"/>. Without close_range(2) (Linux
    /// 5.9, or refused by a seccomp filter) it closes those that /proc/self/fd lists, and without /proc the first
    /// thousand.
    /// </summary>
    public static void CloseBetween(int first, int last)
    {
        if (first > last || !TryCloseRange((uint)first, (uint)last, 0).IsError) return;
        foreach (int number in OpenBetween(first, last)) Files.Close(number);
    }

    /// <summary>Closes all descriptors from <paramref name="first"/> on except these.</summary>
    public static void CloseAllBut(int first, System.Span<int> kept)
    {
        System.MemoryExtensions.Sort(kept);
        foreach (int number in kept)
        {
            if (number < first) continue;
            CloseBetween(first, number - 1);
            first = number + 1;
        }
        CloseBetween(first, int.MaxValue);
    }

    // The descriptors that may be open: without /proc, all below a thousand.
    private static System.Collections.Generic.List<int> OpenBetween(int first, int last)
    {
        const int Thousand = 1024;
        var open = new System.Collections.Generic.List<int>();
        if (Files.TryOpenAt(Files.AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY, 0, out Fd? directory).IsError)
        {
            for (int number = first; number <= last && number < Thousand; number++) open.Add(number);
            return open;
        }
        using (directory)
        {
            foreach (string name in FileNodes.List(directory!.Value, "/proc/self/fd"))
            {
                if (int.TryParse(name, out int number) && number >= first && number <= last && number != directory.Value) open.Add(number);
            }
        }
        return open;
    }

    /// <summary>poll(2); <paramref name="timeout"/> in milliseconds, -1 for no limit. EINTR is returned, not retried.</summary>
    public static Errno TryPoll(System.Span<PollFd> fds, int timeout, out int ready)
    {
        fixed (PollFd* p = fds) ready = poll(p, (nuint)fds.Length, timeout);
        return ready < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>poll(2) of one descriptor for reading, without a timeout; retried after a signal.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <param name="name">Its name in an error.</param>
    /// <exception cref="RuncsException"/>
    public static void WaitReadable(int fd, string name)
    {
        PollFd entry = new() { Fd = fd, Events = POLLIN };
        Errno errno;
        while ((errno = TryPoll(new(ref entry), -1, out _)).Value == Errno.EINTR) { }
        errno.OrThrow("poll", name);
    }

    private static int pipe2(int* ends, OpenFlags flags) => LibC.pipe2(ends, (int)flags);

    private static int memfd_create(string name, MemfdFlags flags)
    {
        using var text = new CString(name, stackalloc byte[CString.Size]);
        return LibC.memfd_create(text, (uint)flags);
    }

    private static nint pwrite64(int fd, byte* data, nuint count, long offset) => (nint)(long)LibC.pwrite(fd, data, (size_t)(ulong)count, offset);

    private static int fcntl(int fd, int command, int argument) => LibC.fcntl(fd, command, argument);

    private static int dup2(int fd, int target) => LibC.dup2(fd, target);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* fds, nuint count, int timeout);
}
