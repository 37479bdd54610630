// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Core Interface Files"
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary><c>cgroup.freeze</c> of cgroup v2. SIGKILL ends frozen processes too.</summary>
internal sealed class FreezerV2(CgroupDirectory cgroup) : Freezer
{
    private const string File = "cgroup.freeze", Events = "cgroup.events";

    public override bool TryFreeze()
    {
        const int Looks = 2000; // one a millisecond
        try
        {
            cgroup.Write(File, "1");
            for (int look = 0; look < Looks; look++)
            {
                switch (cgroup.ReadKey(Events, "frozen"))
                {
                    case 1: return true;
                    case null: throw new Errno(Errno.ENOENT).Failure("openat", $"{cgroup.Place.HostPath}/{Events}");
                    default: Clock.Sleep(1); break;
                }
            }
        }
        catch
        {
            // Whether it has become frozen is unknown.
            cgroup.TryWrite(File, "0");
            throw;
        }
        Thaw();
        return false;
    }

    public override void Thaw()
    {
        Errno errno = cgroup.TryWrite(File, "0");
        if (errno.IsError && IsFrozen()) throw errno.Failure("write", $"{cgroup.Place.HostPath}/{File}");
    }

    public override bool IsFrozen() => cgroup.Read(File) == "1";
}
