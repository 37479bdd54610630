// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups;

// --rootless: a container stays where the caller is in the hierarchies in which it may not have a cgroup. The rules are runc's.
public abstract partial class Cgroup
{
    private List<CgroupPlace>? _missing;
    private bool? _isRootless;
    private bool _mayLack;

    /// <summary>Create could not make all of them.</summary>
    public bool LacksSome => _missing != null;

    /// <summary>What the state keeps if <see cref="LacksSome"/>.</summary>
    public string[] Paths
    {
        get
        {
            var paths = new List<string>();
            foreach (CgroupPlace place in Plan!.Places)
            {
                if (!IsMissing(place)) paths.Add(place.ToString());
            }
            return [.. paths];
        }
    }

    private protected bool IsMissing(CgroupPlace place) => _missing != null && _missing.Contains(place);

    // Not in update, which has no plan.
    private protected bool IsRootless => _isRootless ??= Plan != null && (Plan.Rootless ?? !UserNamespaces.IsInitial());

    // Before the clone: in the container's user namespace the child would find another answer.
    private protected void DecideLack() => _mayLack = !Plan!.IsPathGiven && IsRootless;

    private protected static bool IsOfPermission(Errno errno) => errno.Value is Errno.EPERM or Errno.EACCES or Errno.EROFS;

    // The child does not know what its parent could not make.
    private protected bool MayStayOut(Errno errno) => _mayLack && (errno.Value == Errno.ENOENT || IsOfPermission(errno));

    /// <summary>Goes on without the cgroup in one hierarchy. False if that may not be.</summary>
    /// <exception cref="RuncsException">A limit needs it.</exception>
    private bool TryGoWithout(CgroupPlace place, string call, Errno errno)
    {
        if (!_mayLack || !IsOfPermission(errno)) return false;
        foreach (CgroupWrite write in Plan!.Writes)
        {
            if (write.IsOptional || write.Controller == "devices" || !(Plan.IsUnified || place.Has(write.Controller))) continue;
            string why = new SyscallException(call, place.HostPath, errno).Message;
            throw RuncsException.At(write.Origin, Plan.IsUnified
                ? $"rootless needs no limits + no cgrouppath when no permission is granted for cgroups: {why}"
                : $"cannot set {write.Controller} limit: container could not join or create cgroup: {why}");
        }
        if (Log.IsDebug) Log.Debug($"no cgroup {place.HostPath}: {errno.Message}");
        (_missing ??= []).Add(place);
        return true;
    }

    private bool IsOfMissing(CgroupWrite write)
    {
        if (_missing == null) return false;
        foreach (CgroupPlace place in _missing)
        {
            if (IsUnified || place.Has(write.Controller)) return true;
        }
        return false;
    }
}
