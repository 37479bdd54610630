// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>The mapped code and constants of this program, for a process that sleeps for long.</summary>
public sealed unsafe class ProgramPages
{
    private const int MADV_DONTNEED = 4;

    private readonly List<(ulong Start, ulong Length)> _ranges = [];

    private ProgramPages() { }

    /// <summary>Finds them; none without /proc.</summary>
    public static ProgramPages Find()
    {
        var found = new ProgramPages();
        string? program = FileNodes.TryReadLinkAt(Files.AT_FDCWD, "/proc/self/exe", out Errno errno);
        if (errno.IsError || Files.TryOpenAt(Files.AT_FDCWD, "/proc/self/maps", OpenFlags.O_RDONLY, 0, out Fd? maps).IsError) return found;
        using (maps)
        {
            foreach (string line in System.Text.Encoding.UTF8.GetString(Files.ReadToEnd(maps!.Value, "/proc/self/maps")).Split('\n'))
            {
                // proc_pid_maps(5): the range, permissions, offset, device, inode, path.
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length != 6 || fields[5] != program) continue;
                // The constants at the file's begin and the code: a later read-only part holds what the start has written there.
                bool isConstant = fields[1] == "r-xp" || (fields[1] == "r--p" && fields[2].AsSpan().Trim('0').IsEmpty);
                string[] range = fields[0].Split('-');
                if (isConstant && TryParse(range[0], out ulong start) && TryParse(range[1], out ulong end)) found._ranges.Add((start, end - start));
            }
        }
        return found;
    }

    /// <summary>
    /// Unmaps them (madvise(2)), so that the kernel counts them no more as this process's. They stay in the page cache and are
    /// mapped again when they are used.
    /// </summary>
    public void Drop()
    {
        for (int i = 0; i < _ranges.Count; i++) LibC.madvise((void*)_ranges[i].Start, (size_t)_ranges[i].Length, MADV_DONTNEED);
    }

    private static bool TryParse(string text, out ulong number) => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
