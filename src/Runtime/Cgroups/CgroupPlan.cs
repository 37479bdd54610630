// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Cgroups;

/// <summary>The container's cgroups: their places and values. Made by <see cref="CgroupPlanner"/>.</summary>
public sealed class CgroupPlan
{
    /// <summary>Cgroup v2 alone.</summary>
    public required bool IsUnified { get; init; }

    /// <summary>One for each hierarchy; with <see cref="IsUnified"/> exactly one. None for a container without cgroups.</summary>
    public required CgroupPlace[] Places { get; init; }

    /// <summary>In the order in which they are made.</summary>
    public required CgroupWrite[] Writes { get; init; }

    /// <summary>Some are written only once the exec stage waits (<see cref="CgroupPhase.Late"/>, on v2 <see cref="CgroupPhase.SteppedOut"/>).</summary>
    public bool HasLateWrites
    {
        get
        {
            foreach (CgroupWrite write in Writes)
                if (write.Phase == CgroupPhase.Late || (IsUnified && write.Phase == CgroupPhase.SteppedOut))
                    return true;
            return false;
        }
    }

    /// <summary>With <see cref="IsUnified"/>, what must hold in a cgroup that exists already, before anything is written.</summary>
    public MemoryCheck[] Checks { get; init; } = [];

    /// <summary>The device rules in the order of the config, then the defaults: the last one that matches a device decides.</summary>
    public required DeviceRule[] Devices { get; init; }

    /// <summary>
    /// The memory limit is too small for the set-up: the process leaves the <c>memory</c> cgroup meanwhile
    /// (<see cref="NewCgroup.StepOutOfMemory"/>), on v2 only if the limit is also too small for what remains charged of it.
    /// </summary>
    public required bool LateMemory { get; init; }

    /// <summary>With <see cref="IsUnified"/>, the controllers to enable down to the container.</summary>
    public string[] Controllers { get; init; } = [];

    /// <summary>The cgroup of this process in the <c>memory</c> hierarchy, to which the child steps out; on v2 null if it does not.</summary>
    public CgroupPlace? OwnMemory { get; init; }

    /// <summary>With <see cref="IsUnified"/>, the user to whom the cgroup is given; null for root.</summary>
    public uint? Owner { get; init; }

    /// <summary>The systemd unit that the cgroup belongs to; null for none.</summary>
    public Systemd.UnitPlan? Unit { get; init; }

    /// <summary>
    /// Permission errors are ignored for device rules, and without a <c>cgroupsPath</c> for creating a cgroup that
    /// no limit needs. The rule is that of runc's --rootless.
    /// </summary>
    public bool Rootless { get; init; }

    public bool IsPathGiven { get; init; } = true;

    /// <summary>This process's own cgroup in each hierarchy, in which a container stays that cannot or shall not have one.</summary>
    public CgroupPlace[] Own { get; init; } = [];

    /// <summary>Warnings that do not fail the command.</summary>
    public string[] Warnings { get; init; } = [];

    /// <summary>The part of the plan that the container's record keeps, for <see cref="Cgroup.Open(string[], string)"/>.</summary>
    public string[] Paths
    {
        get
        {
            var paths = new string[Places.Length];
            for (int i = 0; i < paths.Length; i++) paths[i] = Places[i].ToString();
            return paths;
        }
    }

    /// <summary>For mounts of type <c>cgroup</c> in the container.</summary>
    public CgroupMount[] MountSources
    {
        get
        {
            var mounts = new CgroupMount[Own.Length];
            for (int i = 0; i < mounts.Length; i++)
                mounts[i] = Places.Length == 0 ? Own[i].ToMount(IsUnified) : Places[i].ToMount(IsUnified) with { OtherPath = IsPathGiven || !Rootless ? "" : Own[i].HostPath };
            return mounts;
        }
    }

    /// <summary>The error of a clone into the cgroup (CLONE_INTO_CGROUP).</summary>
    public RuncsException CloneFailed(Errno errno)
    {
        foreach (CgroupPlace place in Places)
        {
            if (place.IsUnified) return Delegation.CloneFailed(errno, place);
        }
        return errno.Failure("clone3", "");
    }

    /// <summary>A value of the plan needs the controller.</summary>
    public bool Limits(string controller)
    {
        foreach (CgroupWrite write in Writes)
        {
            if (write.Controller == controller && !write.IsOptional) return true;
        }
        return false;
    }

    /// <summary>The plan has a value for the file.</summary>
    public bool Sets(string file)
    {
        foreach (CgroupWrite write in Writes)
        {
            if (write.File == file) return true;
        }
        return false;
    }

    /// <summary>The first value that needs the cgroup in a hierarchy; null if the container can run without it. Device rules do not need it.</summary>
    public CgroupWrite? FindLimit(CgroupPlace place)
    {
        foreach (CgroupWrite write in Writes)
        {
            if (!write.IsOptional && write.Controller != "devices" && (IsUnified || place.Has(write.Controller))) return write;
        }
        return null;
    }

    /// <summary>One line for each directory and each value.</summary>
    public void Describe(StringBuilder text)
    {
        if (Places.Length == 0) text.Append("no ");
        text.Append(IsUnified ? "cgroup v2" : "cgroup v1").Append(LateMemory ? ", memory limit held back\n" : "\n");
        Unit?.Describe(text);
        foreach (CgroupPlace place in Places) text.Append("mkdir ").Append(place.HostPath).Append('\n');
        if (IsUnified && Places.Length > 0) text.Append("enable ").Append(string.Join(' ', Controllers)).Append('\n');
        if (Owner != null) text.Append("chown ").Append(Owner).Append('\n');
        foreach (MemoryCheck check in Checks) text.Append(check).Append('\n');
        foreach (CgroupWrite write in Writes) text.Append(write).Append('\n');
        if (IsUnified)
        {
            foreach (DeviceRule rule in Devices) text.Append("device rule ").Append(rule).Append('\n');
        }
        foreach (string warning in Warnings) text.Append("warning: ").Append(warning).Append('\n');
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Describe(text);
        return text.ToString();
    }
}
