// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Native;

namespace Runcs.Conformance.Cgroups;

/// <summary>Three models of the same decision: the spec's rules, the kernel's BPF machine, and v1's controller.</summary>
internal static class DeviceModel
{
    /// <summary>Each kind of access separately: the last rule that matches decides, and without one the access is denied.</summary>
    public static bool Allows(IReadOnlyList<DeviceRule> rules, DeviceRequest request)
    {
        foreach (DeviceAccess access in (ReadOnlySpan<DeviceAccess>)[DeviceAccess.Read, DeviceAccess.Write, DeviceAccess.Mknod])
        {
            if (!request.Access.HasFlag(access)) continue;
            bool allowed = false;
            foreach (DeviceRule rule in rules)
            {
                if (rule.Access.HasFlag(access) && Matches(rule, request)) allowed = rule.Allow;
            }
            if (!allowed) return false;
        }
        return true;
    }

    private static bool Matches(DeviceRule rule, DeviceRequest request) => (rule.Kind == DeviceKind.All || rule.Kind == request.Kind)
        && (rule.Major ?? request.Major) == request.Major && (rule.Minor ?? request.Minor) == request.Minor;

    /// <summary>Runs the program as the kernel would; throws for a program that the kernel would not load.</summary>
    public static bool Run(BpfInstruction[] program, DeviceRequest request)
    {
        var registers = new ulong?[11];
        registers[1] = 0; // the context, at address 0
        uint[] context = [(uint)request.Access << 16 | (uint)request.Kind, request.Major, request.Minor];
        for (int at = 0; ; at++)
        {
            BpfInstruction i = program[at];
            ulong Value(byte register) => registers[register] ?? throw new InvalidOperationException($"register {register} read before it is written");
            switch (i.Code)
            {
                case 0x61: registers[i.Destination] = context[(int)Value(i.Source) + i.Offset / 4]; break;
                case 0xb7: registers[i.Destination] = (ulong)i.Immediate; break;
                case 0xbf: registers[i.Destination] = Value(i.Source); break;
                case 0x57: registers[i.Destination] = Value(i.Destination) & (ulong)i.Immediate; break;
                case 0x77: registers[i.Destination] = Value(i.Destination) >> i.Immediate; break;
                case 0x16: at += (uint)Value(i.Destination) == (uint)i.Immediate ? i.Offset : 0; break;
                case 0x56: at += (uint)Value(i.Destination) != (uint)i.Immediate ? i.Offset : 0; break;
                case 0x95: return Value(0) == 1;
                default: throw new InvalidOperationException($"instruction {i.Code:x2} is not of this program's set");
            }
        }
    }

    /// <summary>
    /// security/device_cgroup.c: a single exception that allows must cover the whole access; one that denies need only
    /// overlap it.
    /// </summary>
    public static bool AllowsOnV1(bool allowed, IReadOnlyList<DeviceRule> exceptions, DeviceRequest request) => allowed
        ? !exceptions.Any(exception => Matches(exception, request) && (exception.Access & request.Access) != 0)
        : exceptions.Any(exception => Matches(exception, request) && (request.Access & ~exception.Access) == 0);
}
