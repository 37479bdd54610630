// SPDX-License-Identifier: Apache-2.0
// proc(5), /proc/partitions
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>The kernel's names of block devices.</summary>
internal static class BlockDeviceNames
{
    /// <summary><c>/dev/sda</c> by its numbers. Empty if the kernel does not list its devices.</summary>
    public static Dictionary<(ulong Major, ulong Minor), string> Read()
    {
        const string File = "/proc/partitions";
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, File, OpenFlags.O_RDONLY, 0, out Fd? fd);
        if (errno.IsError) return [];
        using (fd) return Parse(Encoding.UTF8.GetString(Files.ReadToEnd(fd!.Value, File)));
    }

    // A header, then lines of major, minor, blocks and name.
    internal static Dictionary<(ulong Major, ulong Minor), string> Parse(string text)
    {
        var names = new Dictionary<(ulong, ulong), string>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 4 && char.IsAsciiDigit(words[0][0])) names.TryAdd((StatsMembers.Number(words[0]), StatsMembers.Number(words[1])), "/dev/" + words[3]);
        }
        return names;
    }
}
