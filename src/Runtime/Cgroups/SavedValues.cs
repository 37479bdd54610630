// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>The values of the files that an update is about to write.</summary>
internal sealed class SavedValues
{
    private readonly List<(CgroupDirectory Directory, string File, string Text)> _values = [];

    public static SavedValues Read(CgroupDirectories directories, CgroupWrite[] writes)
    {
        var saved = new SavedValues();
        foreach (CgroupWrite write in writes)
        {
            for (CgroupWrite? one = write; one != null; one = one.Instead)
            {
                if (directories.Find(one.Controller) is not { } directory || saved.Has(directory, one.File)) continue;
                try
                {
                    if (directory.Read(one.File) is { } text) saved._values.Add((directory, one.File, text));
                }
                catch (RuncsException e) when (e.Errno.Value is Errno.EINVAL or Errno.EACCES or Errno.EPERM)
                {
                    // The file can only be written.
                }
            }
        }
        return saved;
    }

    /// <summary>Writes the values back, as far as the kernel takes them.</summary>
    public void Restore()
    {
        for (int i = _values.Count - 1; i >= 0; i--) Restore(_values[i].Directory, _values[i].File, _values[i].Text);
        // The kernel may have compared a value with one that was not restored yet.
        foreach ((CgroupDirectory directory, string file, string text) in _values) Restore(directory, file, text);
    }

    private bool Has(CgroupDirectory directory, string file) => _values.Exists(value => value.Directory == directory && value.File == file);

    // A file of devices is read as lines and written line by line.
    private static void Restore(CgroupDirectory directory, string file, string text)
    {
        if (directory.TryOpen(file, OpenFlags.O_WRONLY, out Fd? fd).IsError) return;
        using (fd)
        {
            foreach (string line in text.Split('\n')) Files.TryWrite(fd!.Value, Encoding.UTF8.GetBytes(line + "\n"), out _);
        }
    }
}
