// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Rootfs;

public static partial class RootfsPlanner
{
    // config-linux.md, "Default Devices". A device of the config with the same path replaces one of them.
    private static readonly DeviceNode[] DefaultDevices =
    [
        Default("/dev/null", 1, 3), Default("/dev/random", 1, 8), Default("/dev/full", 1, 7),
        Default("/dev/tty", 5, 0), Default("/dev/zero", 1, 5), Default("/dev/urandom", 1, 9),
    ];

    private static DeviceNode Default(string path, uint major, uint minor) =>
        new("default devices", path, FileStatus.S_IFCHR, major, minor, 0x1B6 /* 0666 */, 0, 0) { IsDefault = true };

    private static DeviceNode[] PlanDevices(LinuxDevice[] devices, List<string> problems)
    {
        if (devices.Length == 0) return DefaultDevices;
        var own = new List<DeviceNode>(devices.Length);
        var byPath = new Dictionary<string, DeviceNode>(devices.Length, StringComparer.Ordinal);
        for (int i = 0; i < devices.Length; i++)
        {
            // The link to pts/ptmx has this path: the node would open the host's devpts.
            if (PlanDevice(devices[i], JsonPath.Element("linux.devices", i), problems) is not { Path: not "/dev/ptmx" } node) continue;
            if (!byPath.TryAdd(node.Path, node) && !byPath[node.Path].IsSameDevice(node))
                problems.Add($"{node.JsonPath}.path: \"{node.Path}\" is another device in {byPath[node.Path].JsonPath}");
            own.Add(node);
        }
        DeviceNode[] defaults = Array.FindAll(DefaultDevices, standard => !own.Exists(node => node.Path == standard.Path));
        return [.. defaults, .. own];
    }

    private static DeviceNode? PlanDevice(LinuxDevice device, string jsonPath, List<string> problems)
    {
        int before = problems.Count;
        uint type = device.Type switch
        {
            "c" or "u" => FileStatus.S_IFCHR,
            "b" => FileStatus.S_IFBLK,
            "p" => FileStatus.S_IFIFO,
            _ => 0,
        };
        if (type == 0) problems.Add($"{jsonPath}.type: must be c, u, b or p, got \"{device.Type}\"");
        if (!device.Path.StartsWith('/')) problems.Add($"{jsonPath}.path: must be absolute, got \"{device.Path}\"");
        else if (ContainerPath.Clean(device.Path) is var path && (path == "/" || path.EndsWith("/..", System.StringComparison.Ordinal))) problems.Add($"{jsonPath}.path: must name a file");
        if (type is FileStatus.S_IFCHR or FileStatus.S_IFBLK)
        {
            // makedev(3): the kernel truncates the major number to 12 bits and the minor number to 20.
            CheckNumber(device.Major, 0xfff, $"{jsonPath}.major", problems);
            CheckNumber(device.Minor, 0xfffff, $"{jsonPath}.minor", problems);
        }
        if (problems.Count > before) return null;
        (uint major, uint minor) = type == FileStatus.S_IFIFO ? (0, 0) : ((uint)device.Major!, (uint)device.Minor!);
        // Engines pass st_mode unchanged, with the type bits.
        uint mode = (device.FileMode ?? 0x1B6) & 0xFFF;
        return new DeviceNode(jsonPath, ContainerPath.Clean(device.Path), type, major, minor, mode, device.Uid ?? 0, device.Gid ?? 0);
    }

    private static void CheckNumber(long? number, long most, string jsonPath, List<string> problems)
    {
        if (number == null) problems.Add($"{jsonPath}: is required unless the type is p");
        else if (number < 0 || number > most) problems.Add($"{jsonPath}: must be 0 to {most}, got {number}");
    }

    // config-linux.md, "Default Devices", and runtime-linux.md, "Dev symbolic links".
    private static DefaultLink[] PlanLinks(RootfsFacts facts)
    {
        DefaultLink[] links =
        [
            new("/dev/ptmx", "pts/ptmx", Replace: true), new("/dev/fd", "/proc/self/fd"), new("/dev/stdin", "/proc/self/fd/0"),
            new("/dev/stdout", "/proc/self/fd/1"), new("/dev/stderr", "/proc/self/fd/2"),
        ];
        return facts.HasKcore ? [.. links, new("/dev/core", "/proc/kcore")] : links;
    }
}
