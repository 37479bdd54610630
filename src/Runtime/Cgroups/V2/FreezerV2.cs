// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Core Interface Files"
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary><c>cgroup.freeze</c> of cgroup v2. SIGKILL ends frozen processes too.</summary>
internal sealed class FreezerV2(CgroupDirectory cgroup) : Freezer
{
    private const string File = "cgroup.freeze";

    public override bool TryFreeze()
    {
        const int Looks = 2000; // one a millisecond
        if (cgroup.TryWrite(File, "1").IsError) return false;
        for (int look = 0; look < Looks; look++)
        {
            switch (cgroup.ReadKey("cgroup.events", "frozen"))
            {
                case 1: return true;
                case null: return false;
                default: Clock.Sleep(1); break;
            }
        }
        Thaw();
        return false;
    }

    public override void Thaw() => cgroup.TryWrite(File, "0");

    public override bool IsFrozen() => !cgroup.TryRead(File, out string state).IsError && state == "1";
}
