// SPDX-License-Identifier: Apache-2.0
// systemd.unit(5), "Description"; systemd.slice(5)
using System;

namespace Runcs.Cgroups.Systemd;

/// <summary>The container's unit, as <c>linux.cgroupsPath</c> names it: <c>slice:prefix:name</c>.</summary>
/// <param name="Name">With its type: <c>docker-4711.scope</c>.</param>
/// <param name="Slice">The slice it is in.</param>
/// <param name="Path">Its cgroup, from the root of systemd's hierarchy.</param>
internal sealed record UnitName(string Name, string Slice, string Path)
{
    private const string SliceSuffix = ".slice", DefaultSlice = "system.slice", DefaultSliceOfUser = "user.slice", DefaultPrefix = "runcs";

    // systemd.unit(5): including the type.
    private const int Longest = 255;

    public bool IsSlice => IsSliceName(Name);

    /// <summary>Parses the path. Returns why it is invalid; empty if it is valid.</summary>
    /// <param name="manager">The cgroup of the user's manager, which makes the unit; empty for the host's.</param>
    public static string TryParse(string? cgroupsPath, string id, out UnitName? unit, string manager = "")
    {
        unit = null;
        (string slice, string prefix, string name) = (manager.Length == 0 ? DefaultSlice : DefaultSliceOfUser, DefaultPrefix, id);
        if (!string.IsNullOrEmpty(cgroupsPath))
        {
            string[] parts = cgroupsPath.Split(':');
            // runc's message.
            if (parts.Length != 3) return $"expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"{cgroupsPath}\" instead";
            (prefix, name) = (parts[1], parts[2]);
            if (parts[0].Length > 0) slice = parts[0];
        }
        if (Expand(slice) is not { } above) return $"invalid slice name: {slice}";
        if (IsSliceName(name))
        {
            // The path of a slice follows from its name.
            if (Expand(name) is not { } path || path == "/") return $"invalid slice name: {name}";
            unit = new UnitName(name, slice, manager + path);
        }
        else
        {
            name = string.Concat(prefix, "-", name, ".scope");
            unit = new UnitName(name, slice, manager + CgroupPaths.Join(above, "/" + name));
        }
        return IsValid(unit.Name) && IsValid(slice) ? "" : $"\"{(IsValid(slice) ? unit.Name : slice)}\" is no name of a unit (systemd.unit(5))";
    }

    /// <summary>The path of a slice: <c>/a.slice/a-b.slice</c> for <c>a-b.slice</c>. Null if it is not the name of a slice.</summary>
    internal static string? Expand(string slice)
    {
        if (!IsSliceName(slice) || slice.Contains('/')) return null;
        ReadOnlySpan<char> name = slice.AsSpan(0, slice.Length - SliceSuffix.Length);
        if (name is "-") return "/";
        string path = "";
        for (int start = 0; ;)
        {
            int dash = name[start..].IndexOf('-');
            int end = dash < 0 ? name.Length : start + dash;
            if (end == start) return null;
            path = string.Concat(path, "/", name[..end], SliceSuffix);
            if (dash < 0) return path;
            start = end + 1;
        }
    }

    /// <summary>The name has the form that <see cref="TryParse"/> gives: a slice, or a scope with a prefix.</summary>
    public static bool IsOfContainer(string name) =>
        IsValid(name) && (IsSliceName(name) ? Expand(name) is not (null or "/") : name.EndsWith(".scope", StringComparison.Ordinal) && name.Contains('-'));

    private static bool IsSliceName(string name) => name.EndsWith(SliceSuffix, StringComparison.Ordinal);

    // This also keeps the path safe: a name has no slash and is not "..".
    private static bool IsValid(string name)
    {
        if (name.Length > Longest) return false;
        foreach (char letter in name)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not (':' or '-' or '_' or '.' or '\\' or '@')) return false;
        return true;
    }
}
