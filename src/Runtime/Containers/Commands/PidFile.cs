// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Commands;

/// <summary>The file of --pid-file: engines wait for it and read it whole, so it appears complete and without a line end.</summary>
public static class PidFile
{
    /// <param name="path">Absolute.</param>
    /// <exception cref="RuncsException"/>
    public static void Write(string path, int pid)
    {
        const int Mode = 0b110_110_110;
        const string JsonPath = "--pid-file";
        int name = path.LastIndexOf('/') + 1;
        string temporary = $"{path[..name]}.{path[name..]}";
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, temporary, O_WRONLY | O_CREAT | O_EXCL, Mode, out Fd? file);
        // The remains of a create that was killed here.
        if (errno.Value == Errno.EEXIST && !FileNodes.TryUnlinkAt(Files.AT_FDCWD, temporary).IsError)
            errno = Files.TryOpenAt(Files.AT_FDCWD, temporary, O_WRONLY | O_CREAT | O_EXCL, Mode, out file);
        errno.OrThrow(JsonPath, "openat", path);
        try
        {
            using (file) Files.WriteAll(file!.Value, Encoding.UTF8.GetBytes(pid.ToString()), temporary);
            errno = FileNodes.TryRenameAt(Files.AT_FDCWD, temporary, Files.AT_FDCWD, path);
            errno.OrThrow(JsonPath, "renameat", path);
        }
        catch (RuncsException e)
        {
            FileNodes.TryUnlinkAt(Files.AT_FDCWD, temporary);
            if (e.LacksJsonPath) throw e.On(path).At(JsonPath);
            throw;
        }
    }
}
