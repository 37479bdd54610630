// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Bench;

/// <summary>
/// Bind mounts in the bench's own mount namespace, which a container's new one begins as a copy of (mount_namespaces(7)). Each
/// thousand is on a tmpfs, and goes with it.
/// </summary>
internal sealed class MountsOfHost(string scratch) : IDisposable
{
    private const int OnOne = 1000;

    private readonly Stack<string> _places = new();

    /// <param name="count">How many mounts; a multiple of 1000.</param>
    public void Become(int count)
    {
        while (_places.Count > count / OnOne)
            Unmount(_places.Pop());
        while (_places.Count < count / OnOne)
        {
            string place = Directory.CreateDirectory(Path.Combine(scratch, $"mounts-{_places.Count}")).FullName;
            Check(Libc.mount("bench", place, "tmpfs", 0, null), place);
            _places.Push(place);
            string file = Path.Combine(place, "file");
            File.WriteAllText(file, "");
            // The tmpfs is one of them.
            for (int i = 1; i < OnOne; i++)
            {
                string target = Path.Combine(place, $"{i}");
                File.WriteAllText(target, "");
                Check(Libc.mount(file, target, null, Libc.MS_BIND, null), target);
            }
        }
    }

    public void Dispose() => Become(0);

    private static void Unmount(string place)
    {
        Check(Libc.umount2(place, Libc.MNT_DETACH), place);
        Directory.Delete(place);
    }

    private static void Check(int result, string path)
    {
        if (result != 0) throw new InvalidOperationException($"mount of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
