// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Globalization;
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>
/// The ids that newuidmap(1) or newgidmap(1) maps for one user besides the user's own: the lines of /etc/subuid or /etc/subgid
/// (subuid(5)) that name the user, or the uid.
/// </summary>
public sealed class SubordinateIds
{
    public const string UidFile = "/etc/subuid", GidFile = "/etc/subgid";

    private const int Fields = 3;

    private SubordinateIds(SubordinateRange[] ranges) => Ranges = ranges;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<SubordinateRange> Ranges { get; }

    /// <param name="file"><see cref="UidFile"/> or <see cref="GidFile"/>; both are by the name or number of the user, not of a group.</param>
    /// <exception cref="RuncsException"/>
    public static SubordinateIds Read(string file, HostAccount user)
    {
        try
        {
            return Parse(Files.ReadTextAt(Files.AT_FDCWD, file), user);
        }
        catch (RuncsException e) when (e.Errno.Value == Errno.ENOENT)
        {
            return new SubordinateIds([]);
        }
    }

    /// <summary>A line of another form is nobody's, as with newuidmap(1): it has no comments, and a line that begins with # names no user.</summary>
    internal static SubordinateIds Parse(string text, HostAccount user)
    {
        string number = user.Uid.ToString(CultureInfo.InvariantCulture);
        var ranges = new List<SubordinateRange>();
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length != Fields || !(fields[0] == number || Contains(user.Names, fields[0]))) continue;
            if (!TryNumber(fields[1], out uint first) || !TryNumber(fields[2], out uint count) || count == 0) continue;
            var range = new SubordinateRange(first, count);
            // The last id, 2^32-1, is not valid (user_namespaces(7)).
            if (range.End <= uint.MaxValue) ranges.Add(range);
        }
        return new SubordinateIds([.. ranges]);
    }

    /// <summary>The user may map these ids, as newuidmap(1) decides it: in one range, or in ranges without a gap between them.</summary>
    public bool Contains(uint first, uint count)
    {
        ulong next = first, end = next + count;
        while (next < end)
        {
            ulong reached = next;
            foreach (SubordinateRange range in Ranges)
                if (range.First <= next && range.End > reached) reached = range.End;
            if (reached == next) return false;
            next = reached;
        }
        return true;
    }

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool Contains(IReadOnlyList<string> names, string name)
    {
        foreach (string known in names)
            if (known == name) return true;
        return false;
    }
}
