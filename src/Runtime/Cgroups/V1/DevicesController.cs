// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/devices.rst
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>
/// The device rules for v1's controller, which denies all devices with exceptions, or allows all with exceptions.
/// The kernel keeps a list of exceptions and silently ignores a line that would split one of them, so the rules are evaluated
/// here first: the last one that matches a device decides.
/// </summary>
internal static class DevicesController
{
    private const string Name = "devices", Allow = "devices.allow", Deny = "devices.deny";

    public static void Plan(DeviceRule[] rules, CgroupWrites writes)
    {
        try
        {
            (bool allowed, List<DeviceRule> exceptions) = Play(rules);
            Set(allowed, exceptions, writes.All);
        }
        catch (RuncsException e)
        {
            writes.Problems.Add(e.Message);
        }
    }

    private static void Set(bool allowed, List<DeviceRule> exceptions, List<CgroupWrite> writes)
    {
        string first = allowed ? Allow : Deny, then = allowed ? Deny : Allow;
        writes.Add(new(CgroupPhase.Early, Name, first, "a", "linux.resources.devices") { IsOptional = allowed });
        foreach (DeviceRule exception in exceptions) writes.Add(Write(then, exception) with { IsOptional = allowed && exceptions.Count == 0 });
    }

    private static CgroupWrite Write(string file, DeviceRule rule) => new(CgroupPhase.Early, Name, file, rule.Line, rule.JsonPath);

    /// <summary>Evaluates the rules: the default for all devices, and the exceptions from it.</summary>
    internal static (bool Allowed, List<DeviceRule> Exceptions) Play(DeviceRule[] rules)
    {
        bool allowed = false;
        var exceptions = new List<DeviceRule>();
        foreach (DeviceRule rule in rules)
        {
            if (rule.IsTotal)
            {
                allowed = rule.Allow;
                exceptions.Clear();
            }
            else if (rule.Kind == DeviceKind.All)
            {
                // The kernel takes any line of kind "a" as one for all devices.
                Play(rule with { Kind = DeviceKind.Block }, allowed, exceptions);
                Play(rule with { Kind = DeviceKind.Character }, allowed, exceptions);
            }
            else
            {
                Play(rule, allowed, exceptions);
            }
        }
        return (allowed, exceptions);
    }

    private static void Play(DeviceRule rule, bool allowed, List<DeviceRule> exceptions)
    {
        if (rule.Allow == allowed)
            Restore(rule, exceptions);
        else
            Except(rule, allowed, exceptions);
    }

    // A rule that agrees with the default removes exceptions.
    private static void Restore(DeviceRule rule, List<DeviceRule> exceptions)
    {
        for (int i = exceptions.Count - 1; i >= 0; i--)
        {
            DeviceRule exception = exceptions[i];
            if ((exception.Access & rule.Access) == 0 || !rule.Meets(exception)) continue;
            if (!rule.Covers(exception))
            {
                throw RuncsException.At(rule.JsonPath, $"cgroup v1 cannot {(rule.Allow ? "allow" : "deny")} \"{rule.Line}\" out of \"{exception.Line}\" "
                    + $"of {exception.JsonPath}: list the devices one by one");
            }
            DeviceAccess left = exception.Access & ~rule.Access;
            if (left == 0)
                exceptions.RemoveAt(i);
            else
                exceptions[i] = exception with { Access = left };
        }
    }

    private static void Except(DeviceRule rule, bool allowed, List<DeviceRule> exceptions)
    {
        // open(2) may ask for reading and writing at once, and a single exception must allow both: so a narrow exception also
        // has the accesses that wider ones allow for its devices. mknod(2) asks for its access alone.
        DeviceAccess access = rule.Access;
        int same = -1;
        for (int i = 0; i < exceptions.Count; i++)
        {
            DeviceRule other = exceptions[i];
            if (other.Covers(rule)) access |= allowed ? 0 : OpenedBy(other, rule);
            if (other.Covers(rule) && rule.Covers(other)) same = i;
            else if (!allowed && rule.Covers(other)) exceptions[i] = other with { Access = other.Access | OpenedBy(rule, other) };
        }
        if (same < 0)
            exceptions.Add(rule with { Access = access });
        else
            exceptions[same] = exceptions[same] with { Access = exceptions[same].Access | access };
    }

    // The accesses of open(2) that one exception adds to another.
    private static DeviceAccess OpenedBy(DeviceRule one, DeviceRule other)
    {
        const DeviceAccess Opening = DeviceAccess.Read | DeviceAccess.Write;
        return (other.Access & Opening) == 0 ? DeviceAccess.None : one.Access & Opening;
    }
}
