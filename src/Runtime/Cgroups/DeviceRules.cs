// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary><c>linux.resources.devices</c> as rules, preceded by a denial of everything and followed by the defaults.</summary>
internal static class DeviceRules
{
    private const string Default = "default devices";

    // config-linux.md, "Default Devices": usable regardless of the rules. mknod(2) of any device is harmless while its
    // use is denied; VPN containers rely on /dev/net/tun (10:200).
    private static readonly (DeviceKind Kind, uint? Major, uint? Minor, DeviceAccess Access)[] _defaults =
    [
        (DeviceKind.Character, null, null, DeviceAccess.Mknod),
        (DeviceKind.Block, null, null, DeviceAccess.Mknod),
        (DeviceKind.Character, 1, 3, DeviceAccess.All), // null
        (DeviceKind.Character, 1, 8, DeviceAccess.All), // random
        (DeviceKind.Character, 1, 7, DeviceAccess.All), // full
        (DeviceKind.Character, 5, 0, DeviceAccess.All), // tty
        (DeviceKind.Character, 1, 5, DeviceAccess.All), // zero
        (DeviceKind.Character, 1, 9, DeviceAccess.All), // urandom
        (DeviceKind.Character, 136, null, DeviceAccess.All), // pts/*
        (DeviceKind.Character, 5, 2, DeviceAccess.All), // ptmx
        (DeviceKind.Character, 10, 200, DeviceAccess.All), // net/tun
    ];

    public static DeviceRule[] Plan(LinuxResources? resources, CgroupWrites writes)
    {
        // On v1 each rule is compared with each other, by runcs and by the kernel.
        const int MostRules = 10_000;
        LinuxDeviceCgroup[] asked = resources?.Devices ?? [];
        if (asked.Length > MostRules)
        {
            writes.Refuse("linux.resources.devices", $"must be at most {MostRules} rules, got {asked.Length}");
            asked = [];
        }
        var rules = new DeviceRule[asked.Length + _defaults.Length];
        for (int i = 0; i < asked.Length; i++) rules[i] = Parse(asked[i], JsonPath.Element("linux.resources.devices", i), writes);
        for (int i = 0; i < _defaults.Length; i++)
        {
            (DeviceKind kind, uint? major, uint? minor, DeviceAccess access) = _defaults[i];
            rules[asked.Length + i] = new(true, kind, major, minor, access, Default);
        }
        return rules;
    }

    private static DeviceRule Parse(LinuxDeviceCgroup rule, string jsonPath, CgroupWrites writes)
    {
        DeviceKind kind = DeviceKind.All;
        switch (rule.Type)
        {
            case "" or "a": break;
            case "b": kind = DeviceKind.Block; break;
            case "c" or "u": kind = DeviceKind.Character; break;
            default: writes.Refuse(jsonPath + ".type", $"must be a, b or c, got \"{rule.Type}\""); break;
        }
        return new DeviceRule(rule.Allow, kind, Number(rule.Major, jsonPath, ".major", writes), Number(rule.Minor, jsonPath, ".minor", writes), Access(rule.Access, jsonPath, writes), jsonPath);
    }

    private static uint? Number(long? number, string jsonPath, string member, CgroupWrites writes)
    {
        if (number is null or -1) return null;
        if (number is < 0 or > uint.MaxValue) writes.Refuse(jsonPath + member, $"must be -1 for any, or a device number, got {number}");
        return (uint)number;
    }

    private static DeviceAccess Access(string letters, string jsonPath, CgroupWrites writes)
    {
        if (letters.Length == 0) return DeviceAccess.All;
        DeviceAccess access = DeviceAccess.None;
        foreach (char letter in letters)
        {
            switch (letter)
            {
                case 'r': access |= DeviceAccess.Read; break;
                case 'w': access |= DeviceAccess.Write; break;
                case 'm': access |= DeviceAccess.Mknod; break;
                default:
                    writes.Refuse(jsonPath + ".access", $"must consist of the letters r, w and m, got \"{letters}\"");
                    return DeviceAccess.All;
            }
        }
        return access;
    }
}
