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
                if (fields[1] is not ("r-xp" or "r--p")) continue;
                string[] range = fields[0].Split('-');
                if (TryParse(range[0], out ulong start) && TryParse(range[1], out ulong end)) found.Add(start, end);
            }
        }
        return found;
    }

    // Of a read-only part, the start may have written some pages before it became read-only: they are not the file's.
    private void Add(ulong start, ulong end)
    {
        ulong page = (ulong)Environment.SystemPageSize, first = start;
        var entries = new ulong[(end - start) / page];
        if (Files.TryOpenAt(Files.AT_FDCWD, "/proc/self/pagemap", OpenFlags.O_RDONLY, 0, out Fd? map).IsError) return;
        using (map)
        {
            nint length = entries.Length * sizeof(ulong);
            fixed (ulong* p = entries)
            {
                if (LibC.pread(map!.Value, p, (size_t)(ulong)length, (long)(start / page * sizeof(ulong))) != length) return;
            }
        }
        foreach (ulong entry in entries)
        {
            ulong at = start;
            start += page;
            if (!IsWritten(entry)) continue;
            if (at > first) _ranges.Add((first, at - first));
            first = start;
        }
        if (end > first) _ranges.Add((first, end - first));
    }

    // Documentation/admin-guide/mm/pagemap.rst: present, swapped, and a page of a file.
    private static bool IsWritten(ulong entry) => (entry & (1UL << 62)) != 0 || ((entry & (1UL << 63)) != 0 && (entry & (1UL << 61)) == 0);

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
