// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.Namespaces;

/// <summary>Maps the ids of a user namespace to those outside (user_namespaces(7), "User and group ID mappings").</summary>
public sealed class IdMap(params IdRange[] ranges)
{
    /// <summary>The most lines that the kernel accepts, since Linux 4.15.</summary>
    public const int MostRanges = 340;

    /// <summary>The kernel accepts a map in one write of less than a page.</summary>
    public const int MostBytes = 4095;

    public IReadOnlyList<IdRange> Ranges => ranges;

    /// <summary>The id outside, if it is mapped.</summary>
    public bool TryOutside(uint inside, out uint outside)
    {
        foreach (IdRange range in ranges)
        {
            if (inside < range.Inside || inside - range.Inside >= range.Size) continue;
            outside = range.Outside + (inside - range.Inside);
            return true;
        }
        outside = 0;
        return false;
    }

    /// <summary>The id outside is that of one inside.</summary>
    public bool HasOutside(uint outside)
    {
        foreach (IdRange range in ranges)
            if (outside >= range.Outside && outside - range.Outside < range.Size) return true;
        return false;
    }

    public bool Contains(uint inside) => TryOutside(inside, out _);

    /// <summary>Whether it maps the same ids to the same ids. The kernel may return the lines in another order.</summary>
    public bool IsSameAs(IdMap other)
    {
        if (ranges.Length != other.Ranges.Count) return false;
        foreach (IdRange range in ranges)
        {
            if (!Array.Exists((IdRange[])other.Ranges, same => same == range)) return false;
        }
        return true;
    }

    /// <summary>From the text of /proc/PID/uid_map or gid_map.</summary>
    public static IdMap Parse(string text)
    {
        var ranges = new List<IdRange>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 3 && uint.TryParse(fields[0], out uint inside) && uint.TryParse(fields[1], out uint outside) && uint.TryParse(fields[2], out uint size))
                ranges.Add(new IdRange(inside, outside, size));
        }
        return new IdMap([.. ranges]);
    }

    /// <summary>The format that is written to the kernel.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (IdRange range in ranges) text.Append(range.Inside).Append(' ').Append(range.Outside).Append(' ').Append(range.Size).Append('\n');
        return text.ToString();
    }
}
