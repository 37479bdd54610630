// SPDX-License-Identifier: Apache-2.0
// Run by the container's init after pivot_root, where "/" is the container's; or from outside.
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Init.Child;

/// <summary>HOME, which programs expect and configs omit.</summary>
internal static class HomeDirectory
{
    private const int MostPasswd = 1 << 20;
    private const string Variable = "HOME=";

    /// <summary>The environment with HOME from the container's passwd(5) if it is missing or empty, else unchanged.</summary>
    /// <param name="root">The container's root seen from outside; null after pivot_root.</param>
    internal static string[] AddTo(string[] env, uint uid, Fd? root = null)
    {
        int place = Array.FindIndex(env, static variable => variable.StartsWith(Variable, StringComparison.Ordinal));
        if (place >= 0 && env[place].Length > Variable.Length) return env;
        string home = Variable + (Find(ReadPasswd(root), uid) ?? "/");
        if (place < 0) return [.. env, home];
        string[] result = [.. env];
        result[place] = home;
        return result;
    }

    /// <summary>The home directory of a user id in the text of a passwd(5) file; null if there is none.</summary>
    internal static string? Find(ReadOnlySpan<byte> passwd, uint uid)
    {
        const int Fields = 7, UidField = 2, HomeField = 5;
        foreach (Range lineRange in passwd.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = passwd[lineRange], id = default, home = default;
            int fields = 0;
            foreach (Range field in line.Split((byte)':'))
            {
                if (fields == UidField) id = line[field];
                else if (fields == HomeField) home = line[field];
                fields++;
            }
            if (fields == Fields && System.Buffers.Text.Utf8Parser.TryParse(id, out uint found, out int used) && used == id.Length && found == uid)
                return home.IsEmpty ? null : Encoding.UTF8.GetString(home);
        }
        return null;
    }

    // The file is the container's: it may be a FIFO, a device, of any size, or a link into /proc/self/fd, where our own
    // descriptors of the host are.
    private static byte[] ReadPasswd(Fd? root)
    {
        if (Files.TryOpenAt2(root?.Value ?? Files.AT_FDCWD, "/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY,
            ResolveFlags.RESOLVE_NO_MAGICLINKS | (root == null ? 0 : ResolveFlags.RESOLVE_IN_ROOT), 0, out Fd? fd).IsError) return [];
        using (fd)
        {
            if (!FileStatus.Of(fd!).IsRegular) return [];
            try
            {
                return Files.ReadToEnd(fd!.Value, "/etc/passwd", MostPasswd);
            }
            catch (RuncsException)
            {
                return [];
            }
        }
    }
}
