// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>
/// A user of the host in /etc/passwd (passwd(5)), for the rules of newuidmap(1). It is read without libc's lookup, which would
/// load plug-ins into a static program: a user of a directory service is not found.
/// </summary>
/// <param name="Names">More than one if several lines have the uid.</param>
/// <param name="Gid">The group of the first line; null without a line.</param>
public sealed record HostAccount(uint Uid, IReadOnlyList<string> Names, uint? Gid)
{
    private const string File = "/etc/passwd";
    private const int Fields = 7, UidField = 2, GidField = 3;

    /// <exception cref="RuncsException"/>
    public static HostAccount Read(uint uid)
    {
        try
        {
            return Parse(Files.ReadTextAt(Files.AT_FDCWD, File), uid);
        }
        catch (RuncsException e) when (e.Errno.Value == Errno.ENOENT)
        {
            return Parse("", uid);
        }
    }

    internal static HostAccount Parse(string passwd, uint uid)
    {
        var names = new List<string>();
        uint? group = null;
        foreach (string line in passwd.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length != Fields || fields[0].Length == 0 || !uint.TryParse(fields[UidField], out uint found) || found != uid) continue;
            names.Add(fields[0]);
            if (uint.TryParse(fields[GidField], out uint gid)) group ??= gid;
        }
        return new HostAccount(uid, names, group);
    }
}
