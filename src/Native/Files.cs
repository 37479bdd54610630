// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native.Arch;
using Tmds.Linux;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.OpenFlags;

namespace Runcs.Native;

/// <summary>open(2), openat2(2), read(2), write(2), close(2) and related calls.</summary>
public static unsafe partial class Files
{
    public const int AT_FDCWD = -100;

    // openat2(2): a scoped walk that races with a rename fails with EAGAIN. The limit keeps a container that renames
    // forever from blocking us.
    private const int OpenAt2Tries = 128;

    private static bool s_openAt2Refused;

    private struct open_how
    {
        public ulong flags, mode, resolve;
    }

    /// <summary>Opens <paramref name="path"/> as open(2) does, close-on-exec always.</summary>
    /// <exception cref="RuncsException"/>
    public static Fd Open(string path, OpenFlags flags, int mode = 0) => OpenAt(AT_FDCWD, path, flags, mode);

    /// <inheritdoc cref="Open"/>
    public static Fd OpenAt(int dir, string path, OpenFlags flags, int mode = 0)
    {
        Errno errno = TryOpenAt(dir, path, flags, mode, out Fd? fd);
        errno.OrThrow("openat", path);
        return fd!;
    }

    public static Errno TryOpenAt(int dir, string path, OpenFlags flags, int mode, out Fd? fd)
    {
        int result;
        do result = openat(dir, path, flags | O_CLOEXEC, mode); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        fd = result < 0 ? null : new Fd(result);
        return result < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>
    /// openat2(2): opens with path resolution restricted by <paramref name="resolve"/> (RESOLVE_*), always close-on-exec.
    /// If an outer seccomp filter refuses the call, the same walk is done in user space.
    /// </summary>
    public static Errno TryOpenAt2(int dir, string path, OpenFlags flags, ResolveFlags resolve, int mode, out Fd? fd)
    {
        var how = new open_how { flags = (uint)(flags | O_CLOEXEC), mode = (uint)mode, resolve = (ulong)resolve };
        for (int tries = 0; ; tries++)
        {
            if (s_openAt2Refused)
            {
                Errno walked = ScopedWalk.TryOpen(dir, path, flags, resolve, out fd);
                if (walked.Value == Errno.EAGAIN && tries < OpenAt2Tries) continue;
                return walked;
            }
            nint result = syscall_openat2(SYS_openat2, dir, path, &how, (nuint)sizeof(open_how));
            if (result >= 0)
            {
                fd = new Fd((int)result);
                return Errno.None;
            }
            int errno = Marshal.GetLastPInvokeError();
            if ((errno == Errno.EAGAIN && tries < OpenAt2Tries) || errno == Errno.EINTR) continue;
            s_openAt2Refused = RefusedCalls.Explains(new Errno(errno), SYS_openat2);
            if (s_openAt2Refused) continue;
            fd = null;
            return new Errno(errno);
        }
    }

    /// <summary>One read of at most the span's length; 0 at the end of the file.</summary>
    public static Errno TryRead(int fd, Span<byte> buffer, out int count)
    {
        nint result;
        fixed (byte* p = buffer)
            do result = read(fd, p, (nuint)buffer.Length); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        count = (int)Math.Max(result, 0);
        return result < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>One write of at most the span's length.</summary>
    public static Errno TryWrite(int fd, ReadOnlySpan<byte> data, out int count)
    {
        nint result;
        fixed (byte* p = data)
            do result = write(fd, p, (nuint)data.Length); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        count = (int)Math.Max(result, 0);
        return result < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Writes all of it.</summary>
    /// <exception cref="RuncsException"/>
    public static void WriteAll(int fd, ReadOnlySpan<byte> data, string operand)
    {
        while (!data.IsEmpty)
        {
            Errno errno = TryWrite(fd, data, out int count);
            errno.OrThrow("write", operand);
            data = data[count..];
        }
    }

    /// <summary>All bytes up to the end of the file, at most <paramref name="limit"/>.</summary>
    /// <param name="expected">The probable number of bytes.</param>
    /// <exception cref="RuncsException">The read failed, or the file exceeds the limit (EFBIG).</exception>
    public static byte[] ReadToEnd(int fd, string operand, int limit = int.MaxValue, int expected = 4095)
    {
        // One more than expected: a full buffer would have to grow before the end of the file is seen.
        var buffer = new byte[Math.Min(Math.Max(expected, 1023) + 1, limit)];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= limit)
                {
                    byte extra = 0;
                    if (!TryRead(fd, new Span<byte>(ref extra), out int more).IsError && more == 0) return buffer;
                    throw new Errno(Errno.EFBIG).Failure("read", operand);
                }
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, limit));
            }
            Errno errno = TryRead(fd, buffer.AsSpan(length), out int count);
            errno.OrThrow("read", operand);
            if (count == 0) break;
            length += count;
        }
        Array.Resize(ref buffer, length);
        return buffer;
    }

    /// <summary>The whole of a file by path, at most <paramref name="limit"/> bytes.</summary>
    /// <exception cref="RuncsException"/>
    public static byte[] ReadFile(string path, int limit = int.MaxValue) => ReadFileAt(AT_FDCWD, path, limit);

    /// <inheritdoc cref="ReadFile"/>
    public static byte[] ReadFileAt(int dir, string path, int limit = int.MaxValue)
    {
        using Fd fd = OpenAt(dir, path, O_RDONLY);
        return ReadToEnd(fd.Value, path, limit);
    }

    /// <summary>The whole of a small kernel file as text.</summary>
    /// <exception cref="RuncsException"/>
    public static string ReadTextAt(int dir, string path) => Encoding.UTF8.GetString(ReadFileAt(dir, path));

    /// <summary>Writes a value to an existing kernel file (cgroup, sysctl) in one write(2), as they require.</summary>
    public static Errno TryWriteValueAt(int dir, string path, string value)
    {
        Errno errno = TryOpenAt(dir, path, O_WRONLY, 0, out Fd? fd);
        if (errno.IsError) return errno;
        using (fd)
        {
            int length = Encoding.UTF8.GetByteCount(value);
            Span<byte> bytes = length <= 512 ? stackalloc byte[512] : new byte[length];
            Encoding.UTF8.GetBytes(value, bytes);
            return TryWrite(fd!.Value, bytes[..length], out _);
        }
    }

    public static void Close(int fd) => LibC.close(fd);

    /// <summary>
    /// access(2) with the effective ids; <paramref name="mode"/> is F_OK (0) or a combination of R_OK (4), W_OK (2), X_OK
    /// (1).
    /// </summary>
    public static Errno TryAccessAt(int dir, string path, int mode) =>
        faccessat(dir, path, mode, AtFlags.AT_EACCESS) < 0 ? Errno.Last : Errno.None;

    private static int openat(int dirfd, string path, OpenFlags flags, int mode)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.openat(dirfd, text, (int)flags, (ushort)mode);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall_openat2(SystemCall nr, long dirfd, string path, open_how* how, nuint size);

    private static nint read(int fd, byte* buffer, nuint count) => (nint)(long)LibC.read(fd, buffer, (size_t)(ulong)count);

    private static nint write(int fd, byte* buffer, nuint count) => (nint)(long)LibC.write(fd, buffer, (size_t)(ulong)count);

    private static int faccessat(int dirfd, string path, int mode, AtFlags flags)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.faccessat(dirfd, text, mode, (int)flags);
    }
}
