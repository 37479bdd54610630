// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using Tmds.Linux;
using static Runcs.Native.OpenFlags;

namespace Runcs.Native;

/// <summary>loop(4): a block device that is a file.</summary>
public static unsafe class LoopDevices
{
    private const int LOOP_CONFIGURE = 0x4C0A, LOOP_CTL_GET_FREE = 0x4C82;
    private const uint LO_FLAGS_READ_ONLY = 1, LO_FLAGS_AUTOCLEAR = 4, LO_FLAGS_DIRECT_IO = 16;

    /// <summary><c>struct loop_config</c> (linux/loop.h), with the members of <c>struct loop_info64</c> that are not 0.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 304)]
    private struct loop_config
    {
        [FieldOffset(0)]
        public uint fd;

        [FieldOffset(60)]
        public uint lo_flags;
    }

    /// <summary>Makes a loop device of a file (Linux 5.8). It ends when it is neither open nor mounted.</summary>
    /// <param name="file">Open; for writing too, unless the device is read-only.</param>
    /// <param name="isReadOnly">Nothing is written to the file.</param>
    /// <param name="isDirect">The file's pages are not cached (O_DIRECT).</param>
    /// <param name="device">Open.</param>
    /// <param name="path">Of the device.</param>
    public static Errno TryMake(Fd file, bool isReadOnly, bool isDirect, out Fd? device, out string path)
    {
        const int Tries = 100;
        (device, path) = (null, "/dev/loop-control");
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDWR, 0, out Fd? control);
        if (errno.IsError) return errno;
        using (control)
        {
            for (int i = 0; i < Tries; i++)
            {
                int number = LibC.ioctl(control!.Value, LOOP_CTL_GET_FREE);
                if (number < 0) return Errno.Last;
                path = string.Create(CultureInfo.InvariantCulture, $"/dev/loop{number}");
                errno = Files.TryOpenAt(Files.AT_FDCWD, path, isReadOnly ? O_RDONLY : O_RDWR, 0, out device);
                if (errno.IsError) return errno;
                errno = TryConfigure(device!, file, (isReadOnly ? LO_FLAGS_READ_ONLY : 0) | (isDirect ? LO_FLAGS_DIRECT_IO : 0));
                if (!errno.IsError) return errno;
                device!.Dispose();
                device = null;
                // Somebody else has taken it meanwhile.
                if (errno.Value != Errno.EBUSY) return errno;
            }
        }
        return errno;
    }

    private static Errno TryConfigure(Fd device, Fd file, uint flags)
    {
        loop_config config = default;
        config.fd = (uint)file.Value;
        config.lo_flags = flags | LO_FLAGS_AUTOCLEAR;
        return LibC.ioctl(device.Value, LOOP_CONFIGURE, &config) < 0 ? Errno.Last : Errno.None;
    }
}
