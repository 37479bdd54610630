// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary>
/// The host's user names, from /etc/passwd alone (passwd(5)): libc's lookup would load plug-ins into a static program.
/// </summary>
internal sealed class Accounts
{
    private readonly Dictionary<uint, string> _names = [];
    private string? _passwd;

    /// <summary>The name, or <c>#uid</c> if there is none.</summary>
    public string NameOf(uint uid)
    {
        if (_names.TryGetValue(uid, out string? name)) return name;
        name = Find(_passwd ??= ReadPasswd(), uid) ?? $"#{uid}";
        _names.Add(uid, name);
        return name;
    }

    internal static string? Find(string passwd, uint uid)
    {
        string wanted = uid.ToString();
        foreach (string line in passwd.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 2 && fields[2] == wanted) return fields[0];
        }
        return null;
    }

    private static string ReadPasswd()
    {
        try
        {
            return Files.ReadTextAt(Files.AT_FDCWD, "/etc/passwd");
        }
        catch (RuncsException e)
        {
            if (e.Errno.Value != Errno.ENOENT) Log.Warn($"owners are numbers: {e.Message}");
            return "";
        }
    }
}
