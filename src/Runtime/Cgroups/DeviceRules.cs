// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary><c>linux.resources.devices</c> as rules. Before them all stands a denial of everything, behind them the defaults.</summary>
internal static class DeviceRules
{
    private const string Default = "default devices";

    // config-linux.md, "Default Devices", must be usable whatever the rules say; mknod of anything is harmless where using
    // it is denied; /dev/net/tun (10:200) is what VPN containers have come to rely on.
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

    /// <exception cref="RuncsException"/>
    public static List<DeviceRule> Plan(LinuxResources? resources)
    {
        LinuxDeviceCgroup[] asked = resources?.Devices ?? [];
        var rules = new List<DeviceRule>(asked.Length + _defaults.Length);
        for (int i = 0; i < asked.Length; i++) rules.Add(Parse(asked[i], Origin.Element("linux.resources.devices", i)));
        foreach ((DeviceKind kind, uint? major, uint? minor, DeviceAccess access) in _defaults) rules.Add(new(true, kind, major, minor, access, Default));
        return rules;
    }

    private static DeviceRule Parse(LinuxDeviceCgroup rule, string origin)
    {
        DeviceKind kind = rule.Type switch
        {
            "" or "a" => DeviceKind.All,
            "b" => DeviceKind.Block,
            "c" or "u" => DeviceKind.Character,
            _ => throw RuncsException.At(origin + ".type", $"must be a, b or c, got \"{rule.Type}\""),
        };
        return new DeviceRule(rule.Allow, kind, Number(rule.Major, origin + ".major"), Number(rule.Minor, origin + ".minor"), Access(rule.Access, origin + ".access"), origin);
    }

    private static uint? Number(long? number, string origin) => number switch
    {
        null or -1 => null,
        >= 0 and <= uint.MaxValue => (uint)number,
        _ => throw RuncsException.At(origin, $"must be -1 for any, or a device number, got {number}"),
    };

    private static DeviceAccess Access(string letters, string origin)
    {
        if (letters.Length == 0) return DeviceAccess.All;
        DeviceAccess access = DeviceAccess.None;
        foreach (char letter in letters)
        {
            access |= letter switch
            {
                'r' => DeviceAccess.Read,
                'w' => DeviceAccess.Write,
                'm' => DeviceAccess.Mknod,
                _ => throw RuncsException.At(origin, $"must be of the letters r, w and m, got \"{letters}\""),
            };
        }
        return access;
    }
}
