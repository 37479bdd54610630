// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups;

// Writing values, in create and in update.
public abstract partial class Cgroup
{
    /// <summary>The file that the last write went to: what follows it, as the lines of devices.allow do, needs no other opening.</summary>
    private sealed class OpenFile : IDisposable
    {
        public string Name { get; set; } = "";

        public Fd? Descriptor { get; set; }

        public void Dispose() => Descriptor?.Dispose();
    }

    private protected void Apply(CgroupPhase phase) => Apply(Plan!.Writes, phase);

    /// <param name="phase">Null for all.</param>
    private protected void Apply(IReadOnlyList<CgroupWrite> writes, CgroupPhase? phase)
    {
        using var file = new OpenFile();
        List<CgroupWrite>? waiting = null;
        foreach (CgroupWrite write in writes)
        {
            if ((phase != null && write.Phase != phase) || IsOfMissing(write)) continue;
            if (!TryApply(write, file)) (waiting ??= []).Add(write);
        }
        if (waiting != null) ApplyWaiting(waiting, file);
    }

    // Each round may be what the next one waits for.
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
        if (write.File != file.Name)
        {
            file.Dispose();
            Errno missing = Tree.TryOpen($"{PathOf(write.Controller)}/{write.File}", Files.O_WRONLY, out Fd? fd);
            (file.Descriptor, file.Name) = (fd, missing.IsError ? "" : write.File);
            if (missing.Value == Errno.ENOENT && write.Instead != null) return TryApply(write.Instead, file);
            if (missing.Value == Errno.ENOENT && write.IsOptional) return true;
            if (missing.IsError && IsForbiddenDevice(write, missing)) return true;
            if (missing.IsError) throw Failed(write, "openat", missing);
        }
        Errno errno = TryWritePatiently(file.Descriptor!, write);
        if (errno.Value == Errno.EINVAL && write.MayWait) return false;
        return errno.IsError && !IsForbiddenDevice(write, errno) ? throw Failed(write, "write", errno) : true;
    }

    private bool IsForbiddenDevice(CgroupWrite write, Errno errno) => write.Controller == "devices" && IsOfPermission(errno) && IsRootless;

    // A charge takes 64 pages for the processor that it happens on (mm/memcontrol.c), and the other processors give theirs back
    // only when they come to it: for that moment a small memory limit seems to be exceeded.
    private static Errno TryWritePatiently(Fd file, CgroupWrite write)
    {
        const int Tries = 100;
        for (int tries = 1; ; tries++)
        {
            Errno errno = Files.TryWrite(file.Value, Encoding.UTF8.GetBytes(write.Value), out _);
            if (errno.Value != Errno.EBUSY || write.Controller != "memory" || tries == Tries) return errno;
            Pause(1);
        }
    }

    private static RuncsException Failed(CgroupWrite write, string call, Errno errno)
    {
        bool isOpen = call == "openat";
        string hint = isOpen && errno.Value == Errno.ENOENT ? write.WhyMissing
            : !isOpen && errno.Value == Errno.EBUSY && write.Controller == "memory" ? "the current usage is higher"
            : !isOpen && errno.Value == Errno.EINVAL ? write.WhyInvalid : "";
        string failure = new SyscallException(call, write.File, errno).Message + Behind(hint);
        return RuncsException.At(write.Origin, isOpen ? failure : $"\"{write.Value}\": {failure}");
    }
}
