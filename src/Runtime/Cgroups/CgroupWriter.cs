// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>Writes values to the files of the container's cgroup.</summary>
/// <param name="directories">
/// A value whose controller has no directory there is omitted: <see cref="NewCgroup"/> has refused a limit that needs
/// one.
/// </param>
/// <param name="mayLackDevices">Device rules may be refused for lack of permission.</param>
internal sealed class CgroupWriter(CgroupDirectories directories, bool mayLackDevices = false)
{
    /// <summary>The file of the last write: the next ones, such as the lines of devices.allow, need not open it again.</summary>
    private sealed class OpenFile : IDisposable
    {
        public string Name { get; set; } = "";

        public Fd? Descriptor { get; set; }

        public void Dispose() => Descriptor?.Dispose();
    }

    /// <param name="writes">In the order in which they are made.</param>
    /// <param name="phase">Only the values of this phase; null for all.</param>
    /// <exception cref="RuncsException"/>
    public void Apply(CgroupWrite[] writes, CgroupPhase? phase = null)
    {
        using var file = new OpenFile();
        List<CgroupWrite>? waiting = null;
        foreach (CgroupWrite write in writes)
        {
            if (phase != null && write.Phase != phase) continue;
            if (!TryApply(write, file)) (waiting ??= []).Add(write);
        }
        if (waiting != null) ApplyWaiting(waiting, file);
    }

    // A value may depend on one that is written in the same round, so there are rounds until none is written.
    private void ApplyWaiting(List<CgroupWrite> waiting, OpenFile file)
    {
        while (waiting.Count > 0)
        {
            int before = waiting.Count;
            for (int i = 0; i < waiting.Count;)
            {
                if (TryApply(waiting[i], file)) waiting.RemoveAt(i);
                else i++;
            }
            if (waiting.Count == before) throw Failed(waiting[0], "write", new Errno(Errno.EINVAL));
        }
    }

    /// <returns>False if the kernel may take it once another value is written.</returns>
    private bool TryApply(CgroupWrite write, OpenFile file)
    {
        if (directories.Find(write.Controller) is not { } directory) return true;
        if (write.File != file.Name)
        {
            file.Dispose();
            Errno missing = directory.TryOpen(write.File, OpenFlags.O_WRONLY, out Fd? fd);
            (file.Descriptor, file.Name) = (fd, missing.IsError ? "" : write.File);
            if (missing.Value == Errno.ENOENT && write.Instead != null) return TryApply(write.Instead, file);
            if (missing.Value == Errno.ENOENT && write.IsOptional) return true;
            if (missing.IsError && MayBeRefused(write, missing)) return true;
            if (missing.IsError) throw Failed(write, "openat", missing);
        }
        Errno errno = TryWritePatiently(file.Descriptor!, write);
        if (errno.Value == Errno.EINVAL && write.MayWait) return false;
        return errno.IsError && !MayBeRefused(write, errno) ? throw Failed(write, "write", errno) : true;
    }

    private bool MayBeRefused(CgroupWrite write, Errno errno) =>
        write.Controller == "devices" && CgroupTree.IsDenied(errno) && mayLackDevices;

    // The kernel charges 64 pages at once to the CPU that it runs on (mm/memcontrol.c), and other CPUs return theirs only when
    // they are scheduled: for that moment a small memory limit seems to be exceeded.
    private static Errno TryWritePatiently(Fd file, CgroupWrite write)
    {
        const int Tries = 100;
        for (int tries = 1; ; tries++)
        {
            Errno errno = Files.TryWrite(file.Value, Encoding.UTF8.GetBytes(write.Value), out _);
            if (errno.Value != Errno.EBUSY || write.Controller != "memory" || tries == Tries) return errno;
            Clock.Sleep(1);
        }
    }

    private static RuncsException Failed(CgroupWrite write, string call, Errno errno)
    {
        bool isOpen = call == "openat";
        string hint = isOpen && errno.Value == Errno.ENOENT ? write.WhyMissing
            : !isOpen && errno.Value == Errno.EBUSY && write.Controller == "memory" ? "the current usage is higher"
            : !isOpen && errno.Value == Errno.EINVAL ? write.WhyInvalid : "";
        return isOpen
            ? errno.Failure(write.JsonPath, call, write.File).WithHint(hint)
            : RuncsException.At(write.JsonPath, $"\"{write.Value}\": {errno.Describe(call, write.File)}", errno).WithHint(hint);
    }
}
