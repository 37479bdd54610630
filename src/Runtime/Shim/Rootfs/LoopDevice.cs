// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Shim.Rootfs;

/// <summary>A loop device of an image file, until it is disposed and no longer mounted.</summary>
internal sealed class LoopDevice : IDisposable
{
    /// <summary>An option of containerd's, not of the file system.</summary>
    public const string DirectOption = "direct-io";

    private readonly Fd _device;

    private LoopDevice(Fd device, string path) => (_device, Path) = (device, path);

    public string Path { get; }

    /// <exception cref="RuncsException"/>
    public static LoopDevice Make(string file, bool isReadOnly, bool isDirect, string jsonPath)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, file, isReadOnly ? OpenFlags.O_RDONLY : OpenFlags.O_RDWR, 0, out Fd? image);
        errno.OrThrow(jsonPath, "openat", file);
        using (image)
        {
            errno = LoopDevices.TryMake(image!, isReadOnly, isDirect, out Fd? device, out string path);
            errno.OrThrow(jsonPath, "loop device", path);
            return new LoopDevice(device!, path);
        }
    }

    public void Dispose() => _device.Dispose();
}
