// SPDX-License-Identifier: Apache-2.0
// Documentation/filesystems/resctrl.rst, "Info directory" and "Resource monitoring rules"
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using Runcs.OciSpec.Json;
using static Runcs.Native.OpenFlags;

namespace Runcs.IntelRdt;

/// <summary>The stats of a class of service, in the members of runc's types.IntelRdt.</summary>
public static class ResctrlStats
{
    /// <param name="joined">The result of <see cref="ResctrlGroup.ToJoin"/>; empty for a container without a class.</param>
    public static void Write(JsonText json, string[] joined)
    {
        json.BeginObject();
        if (joined.Length > 0) WriteClass(json, ResctrlGroup.RootOf(joined), joined);
        json.EndObject();
    }

    private static void WriteClass(JsonText json, string root, string[] joined)
    {
        string[] all = Schemata(root), own = Schemata(joined[0]);
        WriteResource(json, root, "L3", all, own, "l3_cache_info"u8, "l3_cache_schema_root"u8, "l3_cache_schema"u8, "min_cbm_bits");
        WriteResource(json, root, "MB", all, own, "mem_bw_info"u8, "mem_bw_schema_root"u8, "mem_bw_schema"u8, "bandwidth_gran", "delay_linear", "min_bandwidth");
        json.OptionalMember("schemata"u8, own);
        // A container without its own monitoring group has the counts of its class.
        WriteMonitoring(json, Text(root + "/info/L3_MON/mon_features"), joined[^1] + "/mon_data");
    }

    private static void WriteResource(JsonText json, string root, string resource, string[] all, string[] own, ReadOnlySpan<byte> info, ReadOnlySpan<byte> schemaOfRoot, ReadOnlySpan<byte> schema, params ReadOnlySpan<string> numbers)
    {
        string directory = $"{root}/info/{resource}";
        if (!FileStatus.Exists(Files.AT_FDCWD, directory)) return;
        json.Name(info);
        json.BeginObject();
        if (resource == "L3") json.OptionalMember("cbm_mask"u8, Text(directory + "/cbm_mask"));
        foreach (string number in numbers) WriteNumber(json, directory, number, isOptional: true);
        WriteNumber(json, directory, "num_closids", isOptional: true);
        json.EndObject();
        json.OptionalMember(schemaOfRoot, Last(all, resource));
        json.OptionalMember(schema, Last(own, resource));
    }

    private static void WriteMonitoring(JsonText json, string features, string data)
    {
        string[] names = features.Split('\n');
        bool hasTotal = Array.IndexOf(names, "mbm_total_bytes") >= 0, hasLocal = Array.IndexOf(names, "mbm_local_bytes") >= 0;
        if (hasTotal || hasLocal) WriteDomains(json, "mbm_stats"u8, data, "mbm_total_bytes", "mbm_local_bytes");
        if (Array.IndexOf(names, "llc_occupancy") >= 0) WriteDomains(json, "cmt_stats"u8, data, "llc_occupancy");
    }

    // One directory for each cache: mon_L3_00.
    private static void WriteDomains(JsonText json, ReadOnlySpan<byte> name, string data, params ReadOnlySpan<string> files)
    {
        List<string> domains = [];
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, data, O_RDONLY | O_DIRECTORY, 0, out Fd? directory);
        if (errno.Value != Errno.ENOENT)
        {
            errno.OrThrow("openat", data);
            using (directory) domains = FileNodes.List(directory!.Value, data);
        }
        domains.Sort(StringComparer.Ordinal);
        json.Name(name);
        json.BeginArray();
        foreach (string domain in domains)
        {
            json.BeginObject();
            foreach (string file in files) WriteNumber(json, $"{data}/{domain}", file, isOptional: false);
            json.EndObject();
        }
        json.EndArray();
    }

    private static void WriteNumber(JsonText json, string directory, string file, bool isOptional)
    {
        if (!ulong.TryParse(Text($"{directory}/{file}"), out ulong number)) number = 0;
        if (number == 0 && isOptional) return;
        json.Name(file);
        json.Number(number);
    }

    private static string[] Schemata(string group) => Text(group + "/schemata") is { Length: > 0 } text ? text.Split('\n') : [];

    private static string Last(string[] lines, string resource)
    {
        string last = "";
        foreach (string line in lines)
        {
            if (line.Contains(resource, StringComparison.Ordinal)) last = line.Trim();
        }
        return last;
    }

    // "" if the file is missing: the hardware lacks it, or its group or cache (mon_data) has been removed meanwhile.
    private static string Text(string path)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY, 0, out Fd? fd);
        if (errno.Value == Errno.ENOENT) return "";
        errno.OrThrow("openat", path);
        using (fd)
        {
            try
            {
                return Encoding.UTF8.GetString(Files.ReadToEnd(fd!.Value, path)).Trim();
            }
            catch (RuncsException e) when (e.Errno.Value is Errno.ENOENT or Errno.ENODEV)
            {
                return "";
            }
        }
    }
}
