// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Shim.Rootfs;

/// <summary>
/// The lower layers of an overlay with mapped ids: a copy of the mount that has them all, at a directory of its own until
/// the overlay is mounted, which then has copies of its own.
/// </summary>
internal sealed class LowerLayers : IDisposable
{
    private const string Key = "lowerdir=";
    private const int ForOwner = 0b111_000_000;

    // mount(2) takes at most a page of data; the rest of the overlay's options and its own separators need room too.
    private const int LongestData = 4096 - 512;

    private readonly string _place;

    private LowerLayers(string place, List<string> data) => (_place, Data) = (place, data);

    /// <summary>The options of the overlay, with the mapped layers.</summary>
    public List<string> Data { get; }

    /// <param name="data">The options of the overlay.</param>
    /// <param name="ids">Of its files.</param>
    /// <param name="place">The directory; made.</param>
    /// <param name="jsonPath">Of the mount.</param>
    /// <exception cref="RuncsException"/>
    public static LowerLayers Map(List<string> data, MappedIds ids, string place, string jsonPath)
    {
        if (Find(data) is not { } found) throw RuncsException.At(jsonPath, "an overlay with mapped ids has lower directories, one above them all: lowerdir is missing or of the root directory");
        (int at, string[] directories, string common) = found;
        using Fd copy = ids.Copy(common, isReadOnly: true, jsonPath);
        Errno errno = FileNodes.TryMkdirAt(Files.AT_FDCWD, place, ForOwner);
        if (errno.Value != Errno.EEXIST) errno.OrThrow(jsonPath, "mkdirat", place);
        var layers = new LowerLayers(place, new List<string>(data));
        try
        {
            RootfsMounts.Attach(copy, place, jsonPath);
        }
        catch
        {
            layers.Dispose();
            throw;
        }
        layers.Data[at] = Key + string.Join(':', Array.ConvertAll(directories, directory => $"{place}/{directory[(common.Length + 1)..]}"));
        return layers;
    }

    /// <summary>The options as mount(2) takes them. Of an image of many layers, the directories are named from the one that has them all.</summary>
    /// <exception cref="RuncsException"/>
    public static string Shorten(List<string> data)
    {
        string whole = string.Join(',', data);
        if (Encoding.UTF8.GetByteCount(whole) < LongestData || Find(data) is not { } found) return whole;
        (int at, string[] directories, string common) = found;
        Errno errno = Processes.TryChdir(common);
        errno.OrThrow("chdir", common);
        var shortened = new List<string>(data) { [at] = Key + string.Join(':', Array.ConvertAll(directories, directory => directory[(common.Length + 1)..])) };
        return string.Join(',', shortened);
    }

    /// <summary>Unmounts and removes the directory, if there is one.</summary>
    /// <exception cref="RuncsException"/>
    public static void Remove(string place)
    {
        RootfsMounts.Unmount(place);
        FileNodes.TryUnlinkAt(Files.AT_FDCWD, place, AtFlags.AT_REMOVEDIR);
    }

    public void Dispose()
    {
        // The working directory may be in it.
        Processes.TryChdir("/");
        Remove(_place);
    }

    // The directories, and the one that has them all; null without one.
    private static (int At, string[] Directories, string Common)? Find(List<string> data)
    {
        int at = data.FindIndex(option => option.StartsWith(Key, StringComparison.Ordinal));
        if (at < 0) return null;
        string[] directories = data[at][Key.Length..].Split(':');
        int slash = CommonPrefix(directories).LastIndexOf('/');
        return slash <= 0 ? null : (at, directories, directories[0][..slash]);
    }

    private static string CommonPrefix(string[] texts)
    {
        string prefix = texts[0];
        foreach (string text in texts)
        {
            int length = 0;
            while (length < prefix.Length && length < text.Length && prefix[length] == text[length]) length++;
            prefix = prefix[..length];
        }
        return prefix;
    }
}
